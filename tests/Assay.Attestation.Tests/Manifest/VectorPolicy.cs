using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Attestation.Tests;

/// <summary>Policies that pin the measurements of real evidence, and the binding that none of it carries.</summary>
internal static class VectorPolicy
{
    private static readonly Es256Signer Key = SimulatedNode.NewSigner();

    internal static TeeBinding Binding { get; } = TeeBinding.Create(new byte[32], Key.PublicKey, [], Digest32.Sha256([1]), "assay 1", DateTimeOffset.UnixEpoch);

    internal static AttestationPolicy For(EvidenceType type, EvidenceFacts? facts, string accept = "", string rules = "")
    {
        string name = EvidenceTypes.NameOf(type);
        string registers = string.Join(',', Registers(type).Select(register => $"\"{register}\":\"{Pin(register, facts)}\""));
        string accepted = type == EvidenceType.AmdSevSnp ? "\"snp/no-crl\"" + (accept.Length > 0 ? "," : "") : "";
        return PolicyTexts.Read($"{{\"profile\":\"assay/attestation-policy/v1\",\"name\":\"pinned\",\"version\":1,\"grades\":[\"third-party-hosted\",\"operator-held\"],"
            + $"\"builds\":[{{\"name\":\"pinned\",\"type\":\"{name}\",\"measurements\":{{{registers}}}}}],\"types\":{{\"{name}\":{{\"accept\":[{accepted}{accept}]{rules}}}}}}}");
    }

    private static ImmutableArray<string> Registers(EvidenceType type) => type switch
    {
        EvidenceType.AwsNitro => ["pcr0", "pcr1", "pcr2"],
        EvidenceType.IntelTdx => ["mrtd", "rtmr0", "rtmr1", "rtmr2"],
        EvidenceType.IntelSgx => ["mrenclave"],
        _ => ["measurement"],
    };

    // Zeros can't be pinned: such evidence meets another build, as it would in earnest.
    private static string Pin(string register, EvidenceFacts? facts)
    {
        ReadOnlyMemory<byte> value = facts?.Measurements.FirstOrDefault(measured => measured.Name == register)?.Value ?? default;
        int length = PolicyRegisters.LengthOf(register)!.Value;
        return value.Length == length && (value.Span.ContainsAnyExcept((byte)0) || !PolicyRegisters.MustNotBeZero(register)) ? Convert.ToHexStringLower(value.Span) : new string('e', 2 * length);
    }
}
