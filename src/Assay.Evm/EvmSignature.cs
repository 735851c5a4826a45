using System.Diagnostics.CodeAnalysis;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>A recoverable ECDSA signature on secp256k1 as Ethereum writes it: r, s (32 bytes each, big-endian), v = 27 or 28.</summary>
/// <param name="R">First half.</param>
/// <param name="S">Second half; in the lower half of the order where it was read.</param>
/// <param name="V">27 or 28: the parity of the nonce point's y.</param>
public readonly record struct EvmSignature(Digest32 R, Digest32 S, byte V)
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 65;

    /// <summary>
    /// Reads exactly 65 bytes with v 27 or 28 and s in the lower half of the order (EIP-2): 64-byte forms (EIP-2098), v 0 or 1, and the
    /// other s are refused, so that nobody but the signer can make a second spelling.
    /// </summary>
    public static bool TryFrom(ReadOnlySpan<byte> bytes, out EvmSignature signature)
    {
        signature = default;
        if (bytes.Length != Size || bytes[64] is not (27 or 28) || bytes[32..64].SequenceCompareTo(Secp256k1.HalfOrder) > 0)
        {
            return false;
        }

        signature = new EvmSignature(Digest32.From(bytes[..32]), Digest32.From(bytes[32..64]), bytes[64]);
        return true;
    }

    /// <summary>Reads <c>0x</c> and 130 digits; as <see cref="TryFrom"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EvmSignature signature)
    {
        Span<byte> bytes = stackalloc byte[Size];
        signature = default;
        return text is not null && text.StartsWith("0x", StringComparison.Ordinal) && text.Length == 2 + (2 * Size)
            && Convert.FromHexString(text.AsSpan(2), bytes, out _, out _) == System.Buffers.OperationStatus.Done && TryFrom(bytes, out signature);
    }

    /// <summary>The 65 bytes.</summary>
    public byte[] ToArray() => [.. R.Bytes, .. S.Bytes, V];

    /// <summary><c>0x</c> and 130 lower-case digits.</summary>
    public override string ToString() => "0x" + Convert.ToHexStringLower(ToArray());
}
