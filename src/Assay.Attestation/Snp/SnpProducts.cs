using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>How products are told apart, and what hangs on it.</summary>
internal static class SnpProducts
{
    private static readonly ImmutableArray<Certificate> s_milan = Intermediates(AmdIntermediates.AskMilan, AmdIntermediates.AsvkMilan);
    private static readonly ImmutableArray<Certificate> s_genoa = Intermediates(AmdIntermediates.AskGenoa, AmdIntermediates.AsvkGenoa);
    private static readonly ImmutableArray<Certificate> s_turin = Intermediates(AmdIntermediates.AskTurin, AmdIntermediates.AsvkTurin);

    /// <summary>The product by family and model, extended parts added; null if none is known.</summary>
    internal static SnpProduct? OfCpu(byte family, byte model) => (family, model) switch
    {
        (0x19, <= 0x0F) => SnpProduct.Milan,
        (0x19, >= 0x10 and <= 0x1F) or (0x19, >= 0xA0 and <= 0xAF) => SnpProduct.Genoa,
        (0x1A, <= 0x11) => SnpProduct.Turin,
        _ => null,
    };

    /// <summary>The product by a certificate's product name, <c>Milan-B0</c> or <c>Genoa</c>; null if none is known.</summary>
    internal static SnpProduct? OfName(string name)
    {
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        return (dash < 0 ? name : name[..dash]) switch
        {
            "Milan" => SnpProduct.Milan,
            "Genoa" => SnpProduct.Genoa,
            "Turin" => SnpProduct.Turin,
            _ => null,
        };
    }

    /// <summary>The roots that count for a product: none means that nothing passes.</summary>
    internal static ImmutableArray<ReadOnlyMemory<byte>> RootsOf(SnpProduct product, TrustAnchors anchors) => product switch
    {
        SnpProduct.Milan => anchors.AmdMilan,
        SnpProduct.Genoa => anchors.AmdGenoa,
        SnpProduct.Turin => anchors.AmdTurin,
        _ => [],
    };

    /// <summary>The intermediates that come with this library.</summary>
    internal static ImmutableArray<Certificate> IntermediatesOf(SnpProduct product) => product switch
    {
        SnpProduct.Milan => s_milan,
        SnpProduct.Genoa => s_genoa,
        SnpProduct.Turin => s_turin,
        _ => [],
    };

    private static ImmutableArray<Certificate> Intermediates(params ReadOnlySpan<string> certificates)
    {
        ImmutableArray<Certificate>.Builder read = ImmutableArray.CreateBuilder<Certificate>(certificates.Length);
        foreach (string certificate in certificates)
        {
            read.Add(Certificate.TryRead(Convert.FromBase64String(certificate)) ?? throw new InvalidOperationException("A built-in intermediate can't be read."));
        }

        return read.MoveToImmutable();
    }
}
