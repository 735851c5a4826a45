using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>The three certificates of a quote: the platform's (PCK), its CA's, the root.</summary>
internal sealed class DcapChain
{
    internal const string PlatformCa = "Intel SGX PCK Platform CA";

    internal const string ProcessorCa = "Intel SGX PCK Processor CA";

    private const int Length = 3;

    private static readonly CertificateRole[] Roles =
    [
        new()
        {
            IsCa = false,
            SignedWith = SignatureAlgorithm.EcdsaP256,
            Key = PublicKeyKind.P256,
            CommonName = "Intel SGX PCK Certificate",
            Required = [PckExtension.Oid],
        },
        new() { IsCa = true, SignedWith = SignatureAlgorithm.EcdsaP256, Key = PublicKeyKind.P256, CommonName = "Intel SGX PCK", Forbidden = [PckExtension.Oid] },
        RootRole,
    ];

    private DcapChain(Certificate leaf, Certificate ca, Certificate root)
    {
        Leaf = leaf;
        Ca = ca;
        Root = root;
        Pck = leaf.Extension(PckExtension.Oid) is { } extension ? PckExtension.TryRead(extension) : null;
    }

    /// <summary>What Intel's root must be.</summary>
    internal static CertificateRole RootRole => new()
    {
        IsCa = true,
        SignedWith = SignatureAlgorithm.EcdsaP256,
        Key = PublicKeyKind.P256,
        CommonName = "Intel SGX Root CA",
    };

    internal Certificate Leaf { get; }

    internal Certificate Ca { get; }

    internal Certificate Root { get; }

    /// <summary>What the leaf says about the platform; null if it doesn't, in the form that is known.</summary>
    internal PckExtension? Pck { get; }

    /// <summary>Reads the PEM of a quote; null if it isn't three certificates.</summary>
    internal static DcapChain? TryRead(ReadOnlySpan<byte> pem)
    {
        if (PemBlocks.TryRead(pem, Length) is not { Length: Length } blocks)
        {
            return null;
        }

        Certificate?[] read = [.. blocks.Select(static block => block.Label == PemBlocks.Certificate ? Certificate.TryRead(block.Der) : null)];
        return read is [{ } leaf, { } ca, { } root] ? new DcapChain(leaf, ca, root) : null;
    }

    /// <summary>Null if it leads to an anchor, each certificate in its role and in force.</summary>
    internal string? Check(ImmutableArray<ReadOnlyMemory<byte>> anchors, DateTimeOffset at) =>
        ChainValidator.Validate([Leaf, Ca, Root], Roles, anchors, at, ChainCache.Shared).Code
        ?? (Ca.CommonName is not (PlatformCa or ProcessorCa) ? CertificateErrors.Role
            : Pck is null || (Ca.CommonName == PlatformCa) != (Pck.PlatformInstanceId is not null) ? DcapErrors.PckExtension
            : null);

    /// <summary>The newest of the lists by <paramref name="issuer"/> that count; null with a code otherwise, <paramref name="none"/> if there is none.</summary>
    internal static RevocationList? FindList(ImmutableArray<RevocationList> lists, Certificate issuer, AppraisalTimes times, string none, out string? code)
    {
        code = none;
        foreach (RevocationList list in lists.Where(list => list.Issuer.Span.SequenceEqual(issuer.Subject.Span)).OrderByDescending(static list => list.ThisUpdate))
        {
            string? refused = list.Check(issuer, times, ChainCache.Shared);
            if (refused is null)
            {
                code = null;
                return list;
            }

            code = code == none ? refused : code;
        }

        return null;
    }
}
