using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>
/// A node with fixed keys, its log, and the receipts that it issues: everything that tests make bundles from.
/// Salts are counted anew for every bundle and signatures have fixed nonces, so that the same call makes the same bytes.
/// </summary>
internal sealed class World : IDisposable
{
    public const string Origin = "node.example/assay";

    public static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-21T12:00:00Z", CultureInfo.InvariantCulture);

    public static readonly byte[] RequestBody = Encoding.UTF8.GetBytes(
        """{"id":"1","inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,0.1]}]}""");

    public static readonly byte[] ResponseBody = Encoding.UTF8.GetBytes(
        """{"model_name":"digits","id":"1","outputs":[{"name":"scores","shape":[1,3],"datatype":"FP32","data":[[0.25,0.5,-2]]},{"name":"class","shape":[1],"datatype":"FP32","data":[1]}]}""");

    public static readonly byte[] PublisherStatement = "publisher's statement"u8.ToArray();

    private int _salt;

    public World(string name = "node", string origin = Origin, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, string? logName = null)
    {
        Signer = new FixedSigner(Digest32.Sha256(Encoding.UTF8.GetBytes(name + " receipt key")));
        NoteSigner = new NoteSigner(origin, Digest32.Sha256(Encoding.UTF8.GetBytes((logName ?? name) + " log key")).Bytes);
        KeySet = KeySet.Create(
            origin,
            Signer.PublicKey,
            NoteSigner.VerifierKey.PublicKey,
            notBefore ?? Now.AddDays(-30),
            notAfter ?? Now.AddDays(335));
        Claims = new ClaimsBuilder(NextSalts);
    }

    public IEs256Signer Signer { get; }

    public NoteSigner NoteSigner { get; }

    public KeySet KeySet { get; }

    public ClaimsBuilder Claims { get; }

    public string TrustText => TrustFile.LinesFor(KeySet);

    public TrustFile Trust => ParseTrust(TrustText);

    public static IReadOnlyList<TensorValue> Inputs { get; } = [Tensor("x", [1, 4], 0.5f, -1.25f, 3f, 0.1f)];

    public static IReadOnlyList<TensorValue> Outputs { get; } = [Tensor("scores", [1, 3], 0.25f, 0.5f, -2f), Tensor("class", [1], 1f)];

    public static ModelId Model { get; } = new(Digest32.Sha256("model"u8));

    public static TrustFile ParseTrust(string text) =>
        TrustFile.TryParse(Encoding.UTF8.GetBytes(text), out string? error, out int line) ?? throw new InvalidOperationException($"{error} in line {line}");

    public static TensorValue Tensor(string name, ImmutableArray<int> shape, params float[] values)
    {
        byte[] data = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BitConverter.TryWriteBytes(data.AsSpan(i * sizeof(float)), values[i]);
        }

        return TensorValue.Create(name, shape, data);
    }

    /// <summary>The claims of an ordinary answer.</summary>
    public ClaimValues Answer(VerificationLevel level = default, LevelSource source = LevelSource.Request) => new()
    {
        RequestProtocol = WellKnown.OpenInferenceV2,
        RequestWireDigest = Digest32.Sha256(RequestBody),
        RequestInputs = Inputs,
        RequestClientNonce = "nonce"u8.ToArray(),
        RequestPolicy = PolicyDocument.For(level),
        RequestLevelSource = source,
        RequestMutations = [],
        ModelName = "digits",
        ModelModelId = Model,
        ModelStatement = Digest32.Sha256(PublisherStatement),
        ExecutionBackend = "assay-engine 0.1.0",
        ExecutionSemantics = WellKnown.FixedPointV1,
        ExecutionInstructionSet = "Vector256",
        ExecutionCache = "none",
        ExecutionSaturated = 0,
        OutputWireDigest = Digest32.Sha256(ResponseBody),
        OutputParts = (ulong)Outputs.Count,
        TimeReceived = (ulong)Now.AddSeconds(-10).ToUnixTimeMilliseconds() * 1000,
        TimeStarted = (ulong)Now.AddSeconds(-10).ToUnixTimeMilliseconds() * 1000 + 40,
        TimeFinished = (ulong)Now.AddSeconds(-10).ToUnixTimeMilliseconds() * 1000 + 170,
        PartiesNode = KeySet.Origin,
        PartiesApiKey = WellKnown.Anonymous,
    };

    /// <summary>A statement over trees built from claims and outputs.</summary>
    public ReceiptStatement Statement(ClaimValues claims, SaltedTree claimsTree, SaltedTree outputTree, ulong number = 1) => new()
    {
        KeySet = KeySet.Digest,
        Id = ReceiptId.From(Digest32.Sha256(BitConverter.GetBytes(number)).Bytes[..16]),
        IssuedAt = Now.AddSeconds(-10).ToUnixTimeMilliseconds(),
        Counter = number,
        Policy = claims.RequestPolicy.Digest,
        LevelSource = claims.RequestLevelSource,
        ClaimsRoot = claimsTree.Root,
        OutputRoot = outputTree.Root,
        Phase = ReceiptPhase.Final,
    };

    /// <summary>A complete, true bundle, as parts that a test may spoil. It stands at <paramref name="index"/> in a batch of <paramref name="batch"/>.</summary>
    public BundleParts Parts(ClaimValues? claims = null, int batch = 1, int index = 0, Func<ReceiptStatement, ReceiptStatement>? change = null, int logSize = 7)
    {
        claims ??= Answer();
        _salt = 0;
        SaltedTree claimsTree = Claims.BuildClaims(claims);
        SaltedTree outputTree = Claims.BuildOutput(Outputs);
        ReceiptStatement[] statements = new ReceiptStatement[batch];
        for (int i = 0; i < batch; i++)
        {
            statements[i] = Statement(claims, claimsTree, outputTree, (ulong)i + 1);
            statements[i] = i == index && change is not null ? change(statements[i]) : statements[i];
        }

        ReceiptEnvelope envelope = BatchSigner.Sign(statements, Signer)[index];
        byte[] entry = new LogEntry.ForReceipt(envelope.Digest, claims.RequestPolicy.Level, SizeBucket.For(4)).Encode();
        return new BundleParts(Bundle.Create(envelope, KeySet, claimsTree.Section, outputTree.Section, [RequestBody, ResponseBody], LogProofOf(entry, logSize)));
    }

    /// <summary>Logs an entry among others and proves it.</summary>
    public LogProof LogProofOf(byte[] entry, int size = 7, int index = 4, string? origin = null)
    {
        Digest32[] leaves = new Digest32[size];
        for (int i = 0; i < size; i++)
        {
            leaves[i] = i == index ? MerkleTree.LeafHash(entry)
                : i == 0 ? MerkleTree.LeafHash(new LogEntry.ForKeySet(KeySet.Bytes).Encode())
                : MerkleTree.LeafHash(BitConverter.GetBytes(i));
        }

        Checkpoint checkpoint = new(origin ?? KeySet.Origin, (ulong)size, MerkleTree.Root(leaves));
        return LogProof.Create(entry, (ulong)index, MerkleTree.InclusionProof(leaves, index), NoteSigner.Sign(checkpoint.Format()).Encode());
    }

    public VerificationInput Input(byte[] bundle) => new() { Bundle = bundle, Now = Now, Trust = Trust };

    /// <summary>Salts from the first one on, for a bundle that a test puts together itself.</summary>
    public void RestartSalts() => _salt = 0;

    public void Dispose() => NoteSigner.Dispose();

    private void NextSalts(Span<byte> salts)
    {
        for (int at = 0; at < salts.Length; at += 16)
        {
            Digest32.Sha256(BitConverter.GetBytes(++_salt)).Bytes[..16].CopyTo(salts[at..]);
        }
    }
}
