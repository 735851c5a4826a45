using System.Collections.Immutable;
using System.Security.Cryptography;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;

namespace Assay.Receipts.Tests;

/// <summary>Keys, claims, outputs and a bundle that tests start from.</summary>
internal static class Sample
{
    public static readonly byte[] Request = "request body"u8.ToArray();

    public static readonly byte[] Response = "response body"u8.ToArray();

    public static Es256Signer Signer { get; } = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static NoteSigner Log { get; } = new("node.example", Digest32.Sha256("log"u8).Bytes);

    public static KeySet KeySet { get; } = KeySet.Create(
        "node.example", Signer.PublicKey, Log.VerifierKey.PublicKey, DateTimeOffset.UnixEpoch.AddDays(20000), DateTimeOffset.UnixEpoch.AddDays(21000));

    public static IReadOnlyList<TensorValue> Inputs { get; } = [Tensor("x", [2, 3], 6), Tensor("scalar", [], 1)];

    public static IReadOnlyList<TensorValue> Outputs { get; } = [Tensor("scores", [1, 10], 10), Tensor("class", [1], 1)];

    /// <summary>Every leaf that has a type, with a value.</summary>
    public static ClaimValues Full { get; } = new()
    {
        RequestProtocol = WellKnown.OpenInferenceV2,
        RequestWireDigest = Digest32.Sha256(Request),
        RequestInputs = Inputs,
        RequestSystemPrompt = Digest32.Sha256("system"u8),
        RequestMessages = [Digest32.Sha256("first message"u8), Digest32.Sha256("second message"u8)],
        RequestAttachments = [Digest32.Sha256("image"u8)],
        RequestTools = Digest32.Sha256("[]"u8),
        RequestResponseFormat = "{\"type\":\"json_object\"}",
        RequestSampling = "{\"temperature\":0}",
        RequestSeed = 7,
        RequestClientNonce = new byte[] { 1, 2, 3 },
        RequestPolicy = PolicyDocument.For(VerificationLevel.Replay),
        RequestLevelSource = LevelSource.Key,
        RequestMutations = ["first", "second"],
        ModelName = "digits",
        ModelModelId = new ModelId(Digest32.Sha256("model"u8)),
        ModelTokenizer = Digest32.Sha256("tokenizer"u8),
        ModelTemplate = Digest32.Sha256("template"u8),
        ModelStatement = Digest32.Sha256("statement"u8),
        ExecutionBackend = "assay-engine",
        ExecutionSemantics = WellKnown.FixedPointV1,
        ExecutionInstructionSet = "Vector512",
        ExecutionCache = "none",
        ExecutionSaturated = 3,
        OutputWireDigest = Digest32.Sha256(Response),
        OutputParts = 2,
        OutputToolCalls = Digest32.Sha256("calls"u8),
        OutputLogprobs = Digest32.Sha256("logprobs"u8),
        OutputFinishReason = ["stop", "length"],
        OutputUsage = "{}",
        TimeReceived = 1_800_000_000_000_000,
        TimeStarted = 1_800_000_000_000_100,
        TimeFinished = 1_800_000_000_000_900,
        PartiesNode = "node.example",
        PartiesApiKey = "team-a",
        PartiesGateway = "{}",
        PaymentOffer = "{}",
        PaymentPayload = "{\"x402Version\":2}",
        PaymentPrice = "prepaid 0.01 USD",
        LineageRelation = "continues",
        LineageReceipts = [Digest32.Sha256("earlier"u8)],
    };

    public static TensorValue Tensor(string name, ImmutableArray<int> shape, int count)
    {
        byte[] data = new byte[count * sizeof(float)];
        for (int i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(data.AsSpan(i * sizeof(float)), i * 0.25f - 1);
        }

        return TensorValue.Create(name, shape, data);
    }

    public static LogEntry.ForRotation Rotation()
    {
        using Es256Signer next = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        KeySet nextSet = KeySet.Create(KeySet.Origin, next.PublicKey, KeySet.LogKey.Span, DateTimeOffset.UnixEpoch.AddDays(20500), DateTimeOffset.UnixEpoch.AddDays(21500));
        return new LogEntry.ForRotation(KeyRotation.Create(KeySet, Signer, nextSet, next));
    }

    public static LogEntry.ForRevocation Revocation() =>
        new(KeyRevocation.Create(KeySet.Digest, DateTimeOffset.UnixEpoch.AddDays(20400), "key lost", Signer));

    public static ClaimsBuilder Builder() => new(RandomNumberGenerator.Fill);

    public static ReceiptStatement Statement(Digest32 claimsRoot = default, Digest32 outputRoot = default, ulong counter = 1) => new()
    {
        KeySet = KeySet.Digest,
        Id = ReceiptId.From(RandomNumberGenerator.GetBytes(16)),
        IssuedAt = 1_800_000_000_000,
        Counter = counter,
        Policy = PolicyDocument.For(VerificationLevel.Replay).Digest,
        LevelSource = LevelSource.Key,
        ClaimsRoot = claimsRoot,
        OutputRoot = outputRoot,
        Phase = ReceiptPhase.Final,
    };

    public static Bundle Bundle(int batch = 1, bool logged = true, ClaimValues? values = null)
    {
        ClaimsBuilder builder = Builder();
        SaltedTree claims = builder.BuildClaims(values ?? Full);
        SaltedTree output = builder.BuildOutput(Outputs);
        ReceiptStatement[] statements = [.. Enumerable.Range(1, batch).Select(i => Statement(claims.Root, output.Root, (ulong)i))];
        ReceiptEnvelope envelope = BatchSigner.Sign(statements, Signer)[^1];
        Bundle bundle = Receipts.Bundle.Create(envelope, KeySet, claims.Section, output.Section, [Request, Response], null);
        return logged ? bundle.WithLogProof(LogProofOf(envelope.Digest)) : bundle;
    }

    public static LogProof LogProofOf(Digest32 receipt)
    {
        byte[] entry = new LogEntry.ForReceipt(receipt, VerificationLevel.Replay, SizeBucket.For(7)).Encode();
        Digest32[] leaves = [MerkleTree.LeafHash(new LogEntry.ForKeySet(KeySet.Bytes).Encode()), MerkleTree.LeafHash(entry), MerkleTree.LeafHash("next"u8)];
        byte[] checkpoint = Log.Sign(new Checkpoint("node.example", 3, MerkleTree.Root(leaves)).Format()).Encode();
        return LogProof.Create(entry, 1, MerkleTree.InclusionProof(leaves, 1), checkpoint);
    }
}
