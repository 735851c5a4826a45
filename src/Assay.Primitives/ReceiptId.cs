using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Assay.Primitives;

/// <summary>
/// The 16 bytes that name a receipt (spec/receipt.md). Readers take any; a node makes a UUID of version 7 (RFC 9562, section 5.7),
/// so that its store's index grows at one end instead of all over.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct ReceiptId : IEquatable<ReceiptId>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 16;

    /// <summary>How many random bytes <see cref="Create"/> takes.</summary>
    public const int RandomSize = 10;

    private readonly ulong _w0;
    private readonly ulong _w1;

    /// <summary>The 16 bytes, as a view of this value.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AsRef(in _w0), 2));

    /// <summary>A new id: 48 bits of time in milliseconds, then 74 random bits around version and variant.</summary>
    /// <param name="now">The node's clock.</param>
    /// <param name="random">10 bytes from a cryptographic generator: who knows an id can ask for the receipt.</param>
    public static ReceiptId Create(DateTimeOffset now, ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomSize, nameof(random));
        Span<byte> bytes = stackalloc byte[Size];
        random.CopyTo(bytes[6..]);
        ulong milliseconds = (ulong)Math.Max(0, now.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(milliseconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)milliseconds);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return From(bytes);
    }

    /// <summary>Copies 16 bytes into an id.</summary>
    /// <exception cref="ArgumentException">The length isn't 16.</exception>
    public static ReceiptId From(ReadOnlySpan<byte> bytes)
    {
        if (!TryFrom(bytes, out ReceiptId id))
        {
            throw new ArgumentException("A receipt id has 16 bytes.", nameof(bytes));
        }

        return id;
    }

    /// <summary>Copies 16 bytes into an id; false for any other length.</summary>
    public static bool TryFrom(ReadOnlySpan<byte> bytes, out ReceiptId id)
    {
        if (bytes.Length != Size)
        {
            id = default;
            return false;
        }

        id = MemoryMarshal.Read<ReceiptId>(bytes);
        return true;
    }

    /// <summary>Reads 32 hexadecimal digits of either case; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out ReceiptId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        id = default;
        return Hex.TryDecode(hex, bytes) && TryFrom(bytes, out id);
    }

    /// <summary>Writes the 16 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => Bytes.CopyTo(destination);

    /// <summary>A fresh array of the 16 bytes.</summary>
    public byte[] ToArray() => Bytes.ToArray();

    /// <inheritdoc/>
    public bool Equals(ReceiptId other) => _w0 == other._w0 && _w1 == other._w1;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ReceiptId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_w0, _w1);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    public static bool operator ==(ReceiptId left, ReceiptId right) => left.Equals(right);

    public static bool operator !=(ReceiptId left, ReceiptId right) => !left.Equals(right);
}
