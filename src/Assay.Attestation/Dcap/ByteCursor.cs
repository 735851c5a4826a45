using System.Buffers.Binary;

namespace Assay.Attestation;

/// <summary>Reads little-endian fields one after the other. What isn't there fails the cursor, which then gives zeros and empty pieces.</summary>
internal ref struct ByteCursor(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _left = bytes;

    /// <summary>Whether everything asked for was there.</summary>
    internal bool Failed { get; private set; }

    internal readonly ReadOnlyMemory<byte> Left => _left;

    internal ReadOnlyMemory<byte> Take(long count)
    {
        if (count > _left.Length)
        {
            Failed = true;
            return ReadOnlyMemory<byte>.Empty;
        }

        ReadOnlyMemory<byte> taken = _left[..(int)count];
        _left = _left[(int)count..];
        return taken;
    }

    internal ushort UInt16() => Take(2) is { Length: 2 } taken ? BinaryPrimitives.ReadUInt16LittleEndian(taken.Span) : (ushort)0;

    internal uint UInt32() => Take(4) is { Length: 4 } taken ? BinaryPrimitives.ReadUInt32LittleEndian(taken.Span) : 0;
}
