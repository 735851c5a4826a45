using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>One thread's reusable buffers for hashing claims and outputs.</summary>
internal sealed class ClaimsScratch
{
    [ThreadStatic]
    private static ClaimsScratch? t_own;

    private readonly SaltSequence _salts = new();
    private readonly ClaimsBuilder _builder;
    private readonly CborWriter _claims = new(1024);
    private readonly CborWriter _output = new(1024);
    private readonly CborWriter _content = new(4096);

    private ClaimsScratch()
    {
        _builder = new ClaimsBuilder(_salts.Fill);
    }

    /// <summary>This thread's.</summary>
    internal static ClaimsScratch Own => t_own ??= new ClaimsScratch();

    /// <summary>Hashes both trees with the salts of <paramref name="seed"/>.</summary>
    /// <returns>Both roots, and what the store keeps beside the envelope.</returns>
    internal (Digest32 ClaimsRoot, Digest32 OutputRoot, byte[] Content) Build(
        ReadOnlySpan<byte> seed, ClaimValues values, IReadOnlyList<TensorValue> outputs, ReadOnlySpan<byte> request, ReadOnlySpan<byte> response, in Digest32 statement)
    {
        _salts.Reset(seed);
        _claims.Reset();
        _output.Reset();
        Digest32 claims = _builder.BuildClaims(values, _claims);
        Digest32 output = _builder.BuildOutput(outputs, _output);
        return (claims, output, ReceiptRecord.EncodeContent(_content, seed, _claims.Written, _output.Written, request, response, statement));
    }
}
