using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;
using Assay.Testing.Proofs;

namespace Assay.Verification.Tests;

/// <summary>A node that answers with a small exact program and proves its answers: receipts, proofs, registrations, all with fixed bytes.</summary>
internal sealed class ProvenWorld(World world)
{
    private static readonly DateTimeOffset At = World.Now.AddDays(-3);
    private readonly Dictionary<string, (byte[] Proof, ReadOnlyMemory<byte> Digest, ImmutableArray<Proofs.RunOpening> Openings)> _made = [];

    public static short[] One { get; } = [2, -5, 12, 0];

    public static short[] Two { get; } = [15, -16, 3, -1];

    public ProvenModel Model { get; } = new();

    /// <summary>Other weights, and so another model.</summary>
    public ProvenModel Other { get; } = new(2);

    /// <summary>The model's id, and other weights under the root.</summary>
    public ProvenModel Swapped { get; } = new(1, 2);

    public FixedSigner Publisher { get; } = new(Digest32.Sha256("publisher key"u8));

    public FixedSigner Stranger { get; } = new(Digest32.Sha256("stranger's publisher key"u8));

    public string TrustText => world.TrustText + $"publisher maker {Publisher.PublicKey.Thumbprint()}\n";

    /// <summary>A receipt of level zk for some items, without its proof.</summary>
    public Bundle Receipt(params short[][] items) => Receipt(VerificationLevel.Zk, 0, items);

    public Bundle Receipt(VerificationLevel level, ulong saturated, params short[][] items) => Receipt(level, saturated, Floats(items), Model.Outputs(items), Model.Model.Id);

    public Bundle Receipt(VerificationLevel level, ulong saturated, float[] inputs, short[][] outputs, ModelId model, string? semantics = WellKnown.FixedPointV1)
    {
        int items = inputs.Length / 4;
        TensorValue[] parts = [World.Tensor("y", [items, 3], [.. outputs.SelectMany(static o => o).Select(static q => (float)(q * 0.25))])];
        ClaimValues claims = world.Answer(level) with
        {
            RequestWireDigest = null,
            RequestInputs = [World.Tensor("x", [items, 4], inputs)],
            ModelName = "small",
            ModelModelId = model,
            ModelStatement = null,
            ExecutionSemantics = semantics,
            ExecutionSaturated = saturated,
            OutputWireDigest = null,
            OutputParts = 1,
        };
        return Receipt(claims, parts);
    }

    public Bundle Receipt(ClaimValues claims, IReadOnlyList<TensorValue> parts)
    {
        world.RestartSalts();
        SaltedTree claimsTree = world.Claims.BuildClaims(claims);
        SaltedTree outputTree = world.Claims.BuildOutput(parts);
        ReceiptEnvelope envelope = BatchSigner.Sign([world.Statement(claims, claimsTree, outputTree)], world.Signer)[0];
        byte[] entry = new LogEntry.ForReceipt(envelope.Digest, claims.RequestPolicy.Level, SizeBucket.For(claims.RequestInputs![0].Count)).Encode();
        return Bundle.Create(envelope, world.KeySet, claimsTree.Section, outputTree.Section, [], world.LogProofOf(entry));
    }

    public ProofRegistration Register(ProvenModel? model = null, IEs256Signer? signer = null, ModelId? id = null, Digest32? key = null) =>
        ProofRegistration.Create(id ?? (model ?? Model).Model.Id, key ?? (model ?? Model).Key.Digest, At, signer ?? Publisher);

    /// <summary>An honest proof of one run.</summary>
    public AttachedProof Prove(short[] input, ProvenModel? model = null, params ProofRegistration[] registrations)
    {
        ProvenModel prover = model ?? Model;
        return AttachedProof.One(prover.Key.Bytes, Made(prover, [input]).Proof, registrations);
    }

    /// <summary>An honest proof of many runs, with the openings of some.</summary>
    public AttachedProof Prove(short[][] inputs, int[] runs, params ProofRegistration[] registrations)
    {
        (byte[] proof, ReadOnlyMemory<byte> digest, ImmutableArray<Proofs.RunOpening> openings) = Made(Model, inputs);
        return AttachedProof.Many(Model.Key.Bytes, inputs.Length, digest, [.. runs.Select(run => Opening(openings[run]))], proof, registrations);
    }

    public static float[] Floats(params short[][] items) => [.. items.SelectMany(static item => item).Select(static q => q / 4f)];

    private static ProofOpening Opening(Proofs.RunOpening opening) =>
        new(opening.Index, opening.Salt, [.. Enumerable.Range(0, opening.Path.Length / ProofOpening.NodeSize).Select(i => opening.Path.Slice(i * ProofOpening.NodeSize, ProofOpening.NodeSize))]);

    // The reference prover is slow, and proves the same in the same bytes.
    private (byte[] Proof, ReadOnlyMemory<byte> Digest, ImmutableArray<Proofs.RunOpening> Openings) Made(ProvenModel model, short[][] inputs)
    {
        string key = $"{model.Key.Digest} {string.Join(' ', inputs.SelectMany(static i => i))}";
        if (!_made.TryGetValue(key, out (byte[] Proof, ReadOnlyMemory<byte> Digest, ImmutableArray<Proofs.RunOpening> Openings) made))
        {
            made = model.Prove(inputs, [.. Enumerable.Range(0, inputs.Length).Select(static i => Digest32.Sha256([(byte)i]).ToArray()[..16])]);
            _made.Add(key, made);
        }

        return made;
    }
}
