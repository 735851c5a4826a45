using System.Buffers.Binary;
using System.Numerics;

namespace Assay.Primitives;

/// <summary>
/// Keccak-256 as Ethereum uses it: the sponge of SHA-3 with 256 bits out, and the padding from before the standard. Not SHA3-256,
/// which the framework has: that one's padding differs in one byte, and so does everything that comes out.
/// </summary>
public static class Keccak256
{
    /// <summary>Bytes taken in by each permutation.</summary>
    internal const int Rate = 136;

    private const byte Padding = 0x01;
    private const int Lanes = 25;

    private static readonly ulong[] RoundConstants =
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    // Rho and pi in one walk through the lanes, which both of them make in the same order.
    private static readonly int[] Rotations = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];
    private static readonly int[] Walk = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    /// <summary>The hash of <paramref name="data"/>.</summary>
    public static Digest32 HashData(ReadOnlySpan<byte> data) => HashData(data, Padding);

    /// <summary>The sponge with another first padding byte: 6 makes it SHA3-256, which tests compare with the framework's.</summary>
    internal static Digest32 HashData(ReadOnlySpan<byte> data, byte padding)
    {
        Span<ulong> state = stackalloc ulong[Lanes];
        state.Clear();
        while (data.Length >= Rate)
        {
            Absorb(state, data[..Rate]);
            data = data[Rate..];
        }

        Span<byte> last = stackalloc byte[Rate];
        last.Clear();
        data.CopyTo(last);
        last[data.Length] = padding;
        last[^1] |= 0x80;
        Absorb(state, last);
        Span<byte> hash = stackalloc byte[Digest32.Size];
        for (int i = 0; i < Digest32.Size / sizeof(ulong); i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash[(i * sizeof(ulong))..], state[i]);
        }

        return Digest32.From(hash);
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (int i = 0; i < Rate / sizeof(ulong); i++)
        {
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(i * sizeof(ulong))..]);
        }

        Permute(state);
    }

    /// <summary>Keccak-f[1600] (FIPS 202, section 3.3); lane (x, y) is at x + 5 y.</summary>
    private static void Permute(Span<ulong> lanes)
    {
        Span<ulong> row = stackalloc ulong[5];
        foreach (ulong constant in RoundConstants)
        {
            for (int x = 0; x < 5; x++)
            {
                row[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
            }

            for (int x = 0; x < 5; x++)
            {
                ulong column = row[(x + 4) % 5] ^ BitOperations.RotateLeft(row[(x + 1) % 5], 1);
                for (int y = 0; y < Lanes; y += 5)
                {
                    lanes[x + y] ^= column;
                }
            }

            ulong moving = lanes[1];
            for (int i = 0; i < Walk.Length; i++)
            {
                (moving, lanes[Walk[i]]) = (lanes[Walk[i]], BitOperations.RotateLeft(moving, Rotations[i]));
            }

            for (int y = 0; y < Lanes; y += 5)
            {
                lanes.Slice(y, 5).CopyTo(row);
                for (int x = 0; x < 5; x++)
                {
                    lanes[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
                }
            }

            lanes[0] ^= constant;
        }
    }
}
