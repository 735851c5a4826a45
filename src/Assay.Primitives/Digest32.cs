using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Assay.Primitives;

/// <summary>A 32-byte digest, held inline. The default value is 32 zero bytes.</summary>
/// <remarks>Equality isn't fixed-time: digests here are public. Don't compare secrets with it.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Digest32 : IEquatable<Digest32>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    // Four words in memory order; only ever seen as bytes.
    private readonly ulong _w0;
    private readonly ulong _w1;
    private readonly ulong _w2;
    private readonly ulong _w3;

    /// <summary>The 32 bytes, as a view of this value.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AsRef(in _w0), 4));

    /// <summary>Copies 32 bytes into a digest.</summary>
    /// <exception cref="ArgumentException">The length isn't 32.</exception>
    public static Digest32 From(ReadOnlySpan<byte> bytes)
    {
        if (!TryFrom(bytes, out Digest32 digest))
        {
            throw new ArgumentException("A digest has 32 bytes.", nameof(bytes));
        }

        return digest;
    }

    /// <summary>Copies 32 bytes into a digest; false (and a zero digest) for any other length.</summary>
    public static bool TryFrom(ReadOnlySpan<byte> bytes, out Digest32 digest)
    {
        if (bytes.Length != Size)
        {
            digest = default;
            return false;
        }

        digest = MemoryMarshal.Read<Digest32>(bytes);
        return true;
    }

    /// <summary>Reads 64 hexadecimal digits of either case; false for anything else.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> hex, out Digest32 digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        digest = default;
        return Hex.TryDecode(hex, bytes) && TryFrom(bytes, out digest);
    }

    /// <summary>SHA-256 of <paramref name="data"/>.</summary>
    public static Digest32 Sha256(ReadOnlySpan<byte> data)
    {
        Unsafe.SkipInit(out Digest32 digest);
        if (Sha256Blocks.IsSupported && data.Length <= Sha256Blocks.MaxLength)
        {
            Sha256Blocks.Hash(data, [], WritableBytes(ref digest));
        }
        else
        {
            SHA256.HashData(data, WritableBytes(ref digest));
        }

        return digest;
    }

    /// <summary>SHA-256 of the concatenation <c>a | b</c>; allocates nothing while both together are short.</summary>
    public static Digest32 Sha256(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        // The one-shot needs contiguous input. Copying is cheaper than a native hash context up to
        // a few kilobytes; above that the context's cost disappears behind the hashing.
        const int OnStack = 2048;
        Unsafe.SkipInit(out Digest32 digest);
        if (Sha256Blocks.IsSupported && a.Length + (long)b.Length <= Sha256Blocks.MaxLength)
        {
            Sha256Blocks.Hash(a, b, WritableBytes(ref digest));
            return digest;
        }

        if (a.Length + (long)b.Length <= OnStack)
        {
            Span<byte> joined = stackalloc byte[a.Length + b.Length];
            a.CopyTo(joined);
            b.CopyTo(joined[a.Length..]);
            return Sha256(joined);
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(a);
        hash.AppendData(b);
        hash.GetHashAndReset(WritableBytes(ref digest));
        return digest;
    }

    /// <summary>Bytewise lexicographic order: negative, zero or positive.</summary>
    public static int Compare(in Digest32 left, in Digest32 right) => left.Bytes.SequenceCompareTo(right.Bytes);

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => Bytes.CopyTo(destination);

    /// <summary>A fresh array of the 32 bytes.</summary>
    public byte[] ToArray() => Bytes.ToArray();

    /// <inheritdoc/>
    public bool Equals(Digest32 other) =>
        _w0 == other._w0 && _w1 == other._w1 && _w2 == other._w2 && _w3 == other._w3;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Digest32 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_w0, _w1, _w2, _w3);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    public static bool operator ==(Digest32 left, Digest32 right) => left.Equals(right);

    public static bool operator !=(Digest32 left, Digest32 right) => !left.Equals(right);

    private static Span<byte> WritableBytes(ref Digest32 digest) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref digest, 1));
}
