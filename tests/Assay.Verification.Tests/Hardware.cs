using System.Globalization;
using System.Text;
using Assay.Attestation;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>A simulated machine with fixed keys, what runs in it, and who says what it must show.</summary>
internal sealed class Hardware(string name = "machine")
{
    public static readonly DateTimeOffset Issued = World.Now.AddSeconds(-10);

    /// <summary>Whose word the machine's reports are.</summary>
    public FixedSigner Root { get; } = Fixed(name + " simulator root");

    /// <summary>Made inside.</summary>
    public FixedSigner Key { get; } = Fixed(name + " attested key");

    /// <summary>Who signs policies.</summary>
    public FixedSigner Issuer { get; } = Fixed("policy issuer");

    public static byte[] KeyConfig { get; } = [.. Enumerable.Range(0, 41).Select(static i => (byte)i)];

    public static FixedSigner Fixed(string secret) => new(Digest32.Sha256(Encoding.UTF8.GetBytes(secret)));

    public string IssuerLine(int least = 1) =>
        string.Create(CultureInfo.InvariantCulture, $"policy-issuer issuer {Issuer.PublicKey.Thumbprint()}{(least > 1 ? $" {least}" : "")}\n");

    public static byte[] Measured(string build) => [.. Digest32.Sha256(Encoding.UTF8.GetBytes(build)).Bytes, .. new byte[16]];

    /// <summary>A policy that accepts this machine with one build.</summary>
    public string Policy(int version = 1, string build = "assay 0.6.0", string policyName = "development", FixedSigner? root = null) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"profile":"assay/attestation-policy/v1","name":"{{policyName}}","version":{{version}},"grades":["simulated"],"maxAge":"1h","builds":[{"name":"{{build}}","type":"simulator","measurements":{"measurement":"{{Convert.ToHexStringLower(Measured(build))}}"} }],"types":{"simulator":{"roots":["{{(root ?? Root).PublicKey.Thumbprint()}}"]} } }""");

    /// <summary>A policy for real hardware.</summary>
    public const string Production =
        """{"profile":"assay/attestation-policy/v1","name":"production","version":1,"builds":[{"name":"assay 0.6.0","type":"aws-nitro","measurements":{"pcr0":"010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101","pcr1":"010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101","pcr2":"010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101"}}],"types":{"aws-nitro":{}}}""";

    public static AttestationPolicy Read(string policy) =>
        AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(policy), out AttestationPolicyFault? fault) ?? throw new InvalidOperationException(fault!.ToString());

    public byte[] Signed(params string[] policies) =>
        AttestationMaterial.Create(CollateralSet.Empty, [.. policies.Select(text => SignedAttestationPolicy.Create(Read(text), World.Now, Issuer))], []).Bytes.ToArray();

    /// <summary>Evidence that the machine makes about a node's software.</summary>
    public AttestationEvidence Evidence(
        Bundle bundle, string build = "assay 0.6.0", P256PublicKey? key = null, Digest32? node = null, DateTimeOffset? at = null, byte[]? keyConfig = null)
    {
        DateTimeOffset made = at ?? Issued.AddMinutes(-10);
        TeeBinding binding = TeeBinding.Create(Digest32.Sha256("nonce"u8).Bytes, key ?? Key.PublicKey, keyConfig, node ?? bundle.KeySet.Digest, build, made);
        byte[] report = SimulatorReport.Create(Root, binding.Digest.Span, Measured(build), Digest32.Sha256(Encoding.UTF8.GetBytes(name)).Bytes[..16], made);
        return AttestationEvidence.Create(EvidenceType.Simulator, report, binding.Bytes.Span);
    }

    /// <summary>What the software inside endorses.</summary>
    public AttachedEndorsement Endorse(
        Bundle bundle, AttestationEvidence? evidence = null, bool confidential = false, DateTimeOffset? at = null, IEs256Signer? signer = null, Digest32? receipt = null)
    {
        ReadOnlyMemory<byte> bytes = (evidence ?? Evidence(bundle, keyConfig: confidential ? KeyConfig : null)).Bytes;
        return Endorse(receipt ?? bundle.Envelope.Digest, bytes, confidential ? Endorsement.QuestionsOfConfidentialTee : Endorsement.QuestionsOfTee, at: at, signer: signer);
    }

    public AttachedEndorsement Endorse(
        Digest32 receipt, ReadOnlyMemory<byte> evidence, IReadOnlyList<Question> questions, EndorsementFinding finding = EndorsementFinding.Established, DateTimeOffset? at = null, IEs256Signer? signer = null) =>
        AttachedEndorsement.Create(
            Endorsement.Create(receipt, questions, Basis.Tee, finding, Digest32.Sha256(evidence.Span), at ?? Issued.AddMilliseconds(20), signer ?? Key), evidence, null, null);
}
