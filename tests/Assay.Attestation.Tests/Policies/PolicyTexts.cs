using System.Security.Cryptography;
using System.Text;
using Assay.Primitives.Cose;

namespace Assay.Attestation.Tests;

/// <summary>Policies and signers for tests.</summary>
internal static class PolicyTexts
{
    internal static string Register { get; } = string.Concat(Enumerable.Repeat("ab", 48));

    /// <summary>The example of spec/attestation.md, with registers in full.</summary>
    internal static string Example { get; } = "{\"profile\":\"assay/attestation-policy/v1\",\"name\":\"production\",\"version\":3,\"grades\":[\"third-party-hosted\"],\"maxAge\":\"1h\","
        + $"\"builds\":[{{\"name\":\"assay 0.6.0\",\"type\":\"aws-nitro\",\"measurements\":{{\"pcr0\":\"{Register}\",\"pcr1\":\"{Register}\",\"pcr2\":\"{Register}\"}}}}],"
        + "\"types\":{\"aws-nitro\":{\"accept\":[]},\"amd-sev-snp\":{\"accept\":[\"snp/no-crl\"],\"floors\":{\"Genoa\":{\"bootloader\":10,\"microcode\":84,\"snp\":23}}},"
        + "\"intel-tdx\":{\"accept\":[],\"statuses\":[\"UpToDate\"],\"advisories\":[],\"evaluationNumber\":18}},\"platforms\":{\"refuse\":[]}}";

    internal static AttestationPolicy Read(string text) =>
        AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(text), out AttestationPolicyFault? fault) ?? throw new InvalidOperationException($"{fault}: {text}");

    internal static Es256Signer NewSigner() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
}
