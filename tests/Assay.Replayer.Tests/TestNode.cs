using System.Security.Cryptography;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Primitives.Notes;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Replayer.Tests;

/// <summary>A node's keys, and the receipts that it signs, true or not.</summary>
internal sealed class TestNode : IDisposable
{
    internal static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Es256Signer _signer = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly NoteSigner _log = new("node.example/assay", RandomNumberGenerator.GetBytes(32));
    private readonly ClaimsBuilder _claims = new(static salts => RandomNumberGenerator.Fill(salts));
    private ulong _counter;

    internal TestNode()
    {
        KeySet = KeySet.Create("node.example/assay", _signer.PublicKey, _log.VerifierKey.PublicKey, Start.AddDays(-1), Start.AddYears(1));
    }

    internal KeySet KeySet { get; }

    internal string TrustText => TrustFile.LinesFor(KeySet);

    internal static TrustFile Trust(string text) => TrustFile.TryParse(Encoding.UTF8.GetBytes(text), out string? error, out int line) ?? throw new InvalidOperationException($"{error} in line {line}");

    /// <summary>A signed receipt with everything disclosed.</summary>
    internal Bundle Sign(ModelId model, IReadOnlyList<TensorValue> inputs, IReadOnlyList<TensorValue> outputs, string semantics = WellKnown.FixedPointV1, ReceiptPhase phase = ReceiptPhase.Final, DateTimeOffset? at = null)
    {
        byte[] request = Encoding.UTF8.GetBytes($"request {++_counter}");
        ClaimValues values = new()
        {
            RequestProtocol = WellKnown.OpenInferenceV2,
            RequestWireDigest = Digest32.Sha256(request),
            RequestInputs = inputs,
            RequestPolicy = PolicyDocument.For(VerificationLevel.Replay),
            RequestLevelSource = LevelSource.Request,
            ModelName = "tiny",
            ModelModelId = model,
            ExecutionSemantics = semantics,
            OutputParts = (ulong)outputs.Count,
            PartiesNode = KeySet.Origin,
            PartiesApiKey = "alice",
        };
        SaltedTree claims = _claims.BuildClaims(values);
        SaltedTree output = _claims.BuildOutput(outputs);
        ReceiptStatement statement = new()
        {
            KeySet = KeySet.Digest,
            Id = ReceiptId.From(RandomNumberGenerator.GetBytes(16)),
            IssuedAt = (at ?? Start).ToUnixTimeMilliseconds(),
            Counter = _counter,
            Policy = values.RequestPolicy.Digest,
            LevelSource = values.RequestLevelSource,
            ClaimsRoot = claims.Root,
            OutputRoot = output.Root,
            Phase = phase,
        };
        return Bundle.Create(BatchSigner.Sign([statement], _signer)[0], KeySet, claims.Section, output.Section, [request], null);
    }

    public void Dispose()
    {
        _signer.Dispose();
        _log.Dispose();
    }
}
