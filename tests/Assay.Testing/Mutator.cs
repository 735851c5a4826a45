using System.Buffers.Binary;

namespace Assay.Testing;

/// <summary>
/// Makes hostile bytes out of good ones: bit flips, truncations, insertions, deletions, repeats, splices with
/// other seeds, and numbers that sit on the edges of length and count checks. Deterministic for a seed.
/// </summary>
public sealed class Mutator
{
    private static readonly byte[] EdgeBytes =
        [0x00, 0x01, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1F, 0x20, 0x3B, 0x40, 0x5B, 0x5F, 0x7B, 0x7F, 0x80, 0x81, 0x9B, 0x9F, 0xA0, 0xBB, 0xBF, 0xC0, 0xD8, 0xF4, 0xF6, 0xF7, 0xF9, 0xFB, 0xFF, (byte)'\n', (byte)' ', (byte)'+', (byte)'=', (byte)'0', (byte)'"', (byte)'{'];

    private static readonly ulong[] EdgeNumbers =
        [0, 1, 23, 24, 255, 256, 65535, 65536, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, long.MaxValue, 1UL << 63, ulong.MaxValue];

    private readonly byte[][] _seeds;
    private readonly Random _random;
    private readonly int _maxLength;

    /// <summary>Mutates the given seeds; no result is longer than <paramref name="maxLength"/> bytes.</summary>
    public Mutator(int randomSeed, IReadOnlyList<byte[]> seeds, int maxLength = 4096)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentOutOfRangeException.ThrowIfZero(seeds.Count);
        _random = new Random(randomSeed);
        _seeds = [.. seeds];
        _maxLength = Math.Max(maxLength, seeds.Max(seed => seed.Length));
    }

    /// <summary>A fresh mutated input: one to four mutations of a random seed.</summary>
    public byte[] Next()
    {
        byte[] bytes = [.. _seeds[_random.Next(_seeds.Length)]];
        for (int rounds = 1 + _random.Next(4); rounds > 0; rounds--)
        {
            bytes = Mutate(bytes);
        }

        return bytes.Length <= _maxLength ? bytes : bytes[.._maxLength];
    }

    private byte[] Mutate(byte[] bytes)
    {
        int at = bytes.Length == 0 ? 0 : _random.Next(bytes.Length);
        int end = at + _random.Next(bytes.Length - at + 1);
        switch (bytes.Length == 0 ? 4 : _random.Next(10))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 2:
                bytes[at] = EdgeBytes[_random.Next(EdgeBytes.Length)];
                return bytes;
            case 3:
                return bytes[..at];
            case 4:
                byte[] inserted = new byte[1 + _random.Next(9)];
                _random.NextBytes(inserted);
                return [.. bytes.AsSpan(0, at), .. inserted, .. bytes.AsSpan(at)];
            case 5:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(end)];
            case 6:
                return [.. bytes.AsSpan(0, end), .. bytes.AsSpan(at)];
            case 7:
                byte[] other = _seeds[_random.Next(_seeds.Length)];
                return [.. bytes.AsSpan(0, at), .. other.AsSpan(other.Length == 0 ? 0 : _random.Next(other.Length))];
            case 8:
                return WithEdgeNumber(bytes, at);
            default:
                bytes[at] = (byte)(bytes[at] + _random.Next(-2, 3));
                return bytes;
        }
    }

    private byte[] WithEdgeNumber(byte[] bytes, int at)
    {
        Span<byte> number = stackalloc byte[8];
        ulong value = EdgeNumbers[_random.Next(EdgeNumbers.Length)];
        if (_random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt64BigEndian(number, value);
            number = number[(8 - (1 << _random.Next(4)))..];
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, value);
            number = number[..(1 << _random.Next(4))];
        }

        int length = Math.Min(number.Length, bytes.Length - at);
        number[..length].CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
