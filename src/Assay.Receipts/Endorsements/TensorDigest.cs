using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>
/// What a peer's replay names model, inputs and outputs by (spec/endorsements.md, "Evidence of a replay"): a digest that says nothing
/// to whoever doesn't have its salt.
/// </summary>
public static class TensorDigest
{
    /// <summary>Bytes of a salt.</summary>
    public const int SaltSize = 16;

    /// <summary>SHA-256 of CBOR <c>[salt, model id]</c>.</summary>
    public static Digest32 Of(ReadOnlySpan<byte> salt, ModelId model)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltSize, nameof(salt));
        CborWriter writer = new(64);
        writer.WriteArrayHeader(2);
        writer.WriteBytes(salt);
        writer.WriteBytes(model.Value.Bytes);
        return Digest32.Sha256(writer.Written);
    }

    /// <summary>SHA-256 of CBOR <c>[salt, tensors]</c>.</summary>
    /// <param name="salt">16 random bytes, one salt for all digests of a replay.</param>
    /// <param name="tensors">In their order; at most <see cref="TensorValue.MaxCount"/>.</param>
    public static Digest32 Of(ReadOnlySpan<byte> salt, IReadOnlyList<TensorValue> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltSize, nameof(salt));
        CborWriter writer = new(4096);
        writer.WriteArrayHeader(2);
        writer.WriteBytes(salt);
        TensorValue.WriteAll(writer, tensors);
        return Digest32.Sha256(writer.Written);
    }
}
