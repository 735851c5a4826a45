using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>A peer with a fixed key that replays, or says that it did.</summary>
internal sealed class Peer(string name)
{
    public static readonly byte[] Salt = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];

    public FixedSigner Signer { get; } = new(Digest32.Sha256(Encoding.UTF8.GetBytes(name + " peer key")));

    public Digest32 Thumbprint => Signer.PublicKey.Thumbprint();

    public string TrustLine => $"replayer {name} {Convert.ToHexStringLower(Signer.PublicKey.ToArray())}\n";

    public static DateTimeOffset At => World.Now.AddSeconds(-5);

    /// <summary>What it committed to.</summary>
    public ReplayCommitment Commit(Bundle bundle, IReadOnlyList<TensorValue>? outputs, ModelId? model = null, IReadOnlyList<TensorValue>? inputs = null, Digest32? receipt = null, IEs256Signer? signer = null) =>
        ReplayCommitment.Create(
            receipt ?? bundle.Envelope.Digest,
            TensorDigest.Of(Salt, model ?? World.Model),
            TensorDigest.Of(Salt, inputs ?? World.Inputs),
            outputs is null ? null : TensorDigest.Of(Salt, outputs),
            At,
            signer ?? Signer);

    /// <summary>An honest endorsement of what <see cref="World"/>'s receipts say, or of what its own outputs come to.</summary>
    public AttachedEndorsement Endorse(Bundle bundle, IReadOnlyList<TensorValue>? outputs = null) =>
        Endorse(bundle, new ReplayEvidence(Commit(bundle, outputs ?? World.Outputs), TensorDigest.Of(Salt, World.Outputs)));

    public AttachedEndorsement Endorse(Bundle bundle, ReplayEvidence evidence, EndorsementFinding? finding = null, Digest32? receipt = null) =>
        AttachedEndorsement.Create(
            Endorsement.Create(receipt ?? bundle.Envelope.Digest, Endorsement.QuestionsOfReplay, Basis.Replay, finding ?? evidence.Finding, Digest32.Sha256(evidence.Encode()), At, Signer),
            evidence.Encode(),
            Salt,
            null);
}
