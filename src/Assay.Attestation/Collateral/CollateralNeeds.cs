using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>
/// What is missing for evidence to be verified, with the vendors' addresses of it (AMD 57230; Intel's provisioning certification service,
/// version 4). Addresses are made of what the evidence says about itself: whoever asks there tells the vendor which platform it is.
/// </summary>
public static class CollateralNeeds
{
    private const string Amd = "https://kdsintf.amd.com";
    private const string Intel = "https://api.trustedservices.intel.com";

    /// <summary>What is missing, or isn't good any more; empty if nothing is, or the evidence can't be read.</summary>
    public static ImmutableArray<CollateralNeed> Of(EvidenceType type, ReadOnlyMemory<byte> evidence, CollateralSet collateral, TrustAnchors anchors, AppraisalTimes times)
    {
        EvidenceReport report = EvidenceVerifier.Verify(type, evidence, collateral, anchors, times);
        return report.Facts is null ? [] : type switch
        {
            EvidenceType.AmdSevSnp => OfSnp(SnpReport.TryRead(evidence, out _)!, report),
            EvidenceType.AzureSevSnp => OfSnp(AzureReport.TryRead(evidence, out _)!.Report, report),
            EvidenceType.IntelTdx => OfIntel("tdx", report),
            EvidenceType.IntelSgx => OfIntel("sgx", report),
            _ => [],
        };
    }

    /// <summary>The address of a chip's certificate at AMD's key distribution service; null if the report hides the chip.</summary>
    internal static string? VcekUrl(SnpReport report, SnpProduct product)
    {
        if (!SnpFacts.HasChipId(report) || SnpTcb.TryRead(report.ReportedTcb.Span, product) is not { } tcb)
        {
            return null;
        }

        ReadOnlySpan<byte> chip = product == SnpProduct.Turin ? report.ChipId.Span[..8] : report.ChipId.Span;
        string fmc = tcb.Fmc is { } level ? $"fmcSPL={level:00}&" : string.Empty;
        return $"{Amd}/vcek/v1/{product}/{Convert.ToHexStringLower(chip)}?{fmc}blSPL={tcb.Bootloader:00}&teeSPL={tcb.Tee:00}&snpSPL={tcb.Snp:00}&ucodeSPL={tcb.Microcode:00}";
    }

    private static ImmutableArray<CollateralNeed> OfSnp(SnpReport report, EvidenceReport made)
    {
        ImmutableArray<CollateralNeed>.Builder needs = ImmutableArray.CreateBuilder<CollateralNeed>();
        SnpProduct[] products = made.Facts!.Product is { } name && Enum.TryParse(name, out SnpProduct known) ? [known] : report.Cpu is null ? [SnpProduct.Milan, SnpProduct.Genoa] : [];
        bool isVlek = report.SigningKey == SnpKeyKind.Vlek;
        if (!Passed(made, StepCodes.Signature) && report.SigningKey != SnpKeyKind.None)
        {
            if (isVlek)
            {
                needs.Add(new CollateralNeed("the certificate of the cloud's key (VLEK): the cloud hands it to its machines, with the report", string.Empty, "vlek.der"));
            }

            foreach (SnpProduct product in isVlek ? [] : products)
            {
                string when = products.Length > 1 ? $", if the processor is a {product}" : string.Empty;
                needs.Add(VcekUrl(report, product) is { } url
                    ? new CollateralNeed($"the certificate of the chip's key (VCEK){when}", url, "vcek.der")
                    : new CollateralNeed("the certificate of the chip's key (VCEK): the report hides which chip it is, and its owner must say", string.Empty, "vcek.der"));
            }
        }

        if (NotEvaluated(made, StepCodes.Revocation))
        {
            string kind = isVlek ? "vlek" : "vcek";
            needs.AddRange(products.Select(product => new CollateralNeed($"AMD's revocation list for {product}", $"{Amd}/{kind}/v1/{product}/crl", $"{product.ToString().ToLowerInvariant()}-{kind}.crl")));
        }

        return needs.ToImmutable();
    }

    private static ImmutableArray<CollateralNeed> OfIntel(string kind, EvidenceReport made)
    {
        ImmutableArray<CollateralNeed>.Builder needs = ImmutableArray.CreateBuilder<CollateralNeed>();
        if (made.Facts!.Product is not { } fmspc)
        {
            return [];
        }

        if (!Passed(made, StepCodes.Revocation))
        {
            bool isPlatform = made.Facts.Details.Any(static detail => detail.Name == "platform-ca" && detail.Value.Contains("Platform", StringComparison.Ordinal));
            string ca = isPlatform ? "platform" : "processor";
            needs.Add(new CollateralNeed($"Intel's revocation list of the {ca} CA", $"{Intel}/sgx/certification/v4/pckcrl?ca={ca}&encoding=der", $"intel-{ca}.crl"));
            needs.Add(new CollateralNeed("Intel's revocation list of the root", "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der", "intel-root.crl"));
        }

        if (!Passed(made, StepCodes.Collateral))
        {
            needs.Add(new CollateralNeed("Intel's TCB info of the platform", $"{Intel}/{kind}/certification/v4/tcb?fmspc={fmspc}", $"{kind}-tcb-{fmspc}.json"));
            needs.Add(new CollateralNeed("Intel's identity of the quoting enclave", $"{Intel}/{kind}/certification/v4/qe/identity", $"{kind}-qe-identity.json"));
            needs.Add(new CollateralNeed(
                "the certificate of Intel's TCB signer: the first one in the header TCB-Info-Issuer-Chain of the answer with the TCB info, percent-encoded", $"{Intel}/{kind}/certification/v4/tcb?fmspc={fmspc}", "intel-tcb-signing.pem"));
        }

        return needs.ToImmutable();
    }

    private static bool Passed(EvidenceReport report, string step) => report.Steps.Any(made => made.Code == step && made.Result == CheckResult.Pass);

    private static bool NotEvaluated(EvidenceReport report, string step) => report.Steps.Any(made => made.Code == step && made.Result == CheckResult.NotEvaluated);
}
