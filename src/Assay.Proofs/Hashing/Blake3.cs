using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Assay.Proofs.Hashing;

/// <summary>BLAKE3 (O'Connor, Aumasson, Neves, Wilcox-O'Hearn 2020), hash and keyed mode, 32 bytes of output. One lane, portable.</summary>
public static class Blake3
{
    /// <summary>Bytes of a digest and of a key.</summary>
    public const int DigestBytes = 32;

    private const int BlockBytes = 64;
    private const int ChunkBytes = 1024;
    internal const uint ChunkStart = 1;
    internal const uint ChunkEnd = 2;
    internal const uint Parent = 4;
    internal const uint RootFlag = 8;
    internal const uint KeyedHash = 16;

    internal static ReadOnlySpan<uint> Iv =>
        [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19];

    internal static ReadOnlySpan<byte> Permutation => [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

    /// <summary>The hash of some bytes.</summary>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> digest) => Compute(data, Iv, 0, digest);

    /// <inheritdoc cref="Hash(ReadOnlySpan{byte}, Span{byte})"/>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        byte[] digest = new byte[DigestBytes];
        Hash(data, digest);
        return digest;
    }

    /// <summary>The keyed hash of some bytes.</summary>
    /// <param name="key">32 bytes.</param>
    public static void Keyed(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        Span<uint> words = stackalloc uint[8];
        for (int i = 0; i < 8; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
        }

        Compute(data, words, KeyedHash, digest);
    }

    private static void Compute(ReadOnlySpan<byte> data, ReadOnlySpan<uint> key, uint flags, Span<byte> digest)
    {
        Span<uint> value = stackalloc uint[8];
        Subtree(data, key, 0, flags, flags | RootFlag, value);
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(digest[(4 * i)..], value[i]);
        }
    }

    /// <summary>The chaining value of a subtree; <paramref name="lastFlags"/> are those of its last compression.</summary>
    private static void Subtree(ReadOnlySpan<byte> data, ReadOnlySpan<uint> key, ulong firstChunk, uint flags, uint lastFlags, Span<uint> value)
    {
        if (data.Length <= ChunkBytes)
        {
            Chunk(data, key, firstChunk, flags, lastFlags, value);
            return;
        }

        // The left subtree is the largest complete one that leaves at least a byte for the right.
        int left = ChunkBytes << BitOperations.Log2((uint)((data.Length - 1) / ChunkBytes));
        Span<uint> message = stackalloc uint[16];
        if (data.Length == WideBlake3.Lanes * ChunkBytes && BitConverter.IsLittleEndian)
        {
            Eight(data, key, firstChunk, flags, lastFlags, value);
            return;
        }

        Subtree(data[..left], key, firstChunk, flags, flags, message[..8]);
        Subtree(data[left..], key, firstChunk + (ulong)(left / ChunkBytes), flags, flags, message[8..]);
        key.CopyTo(value);
        Compress(value, message, 0, BlockBytes, Parent | lastFlags);
    }

    /// <summary>A subtree of eight whole chunks; they start at a multiple of eight.</summary>
    private static void Eight(ReadOnlySpan<byte> data, ReadOnlySpan<uint> key, ulong firstChunk, uint flags, uint lastFlags, Span<uint> value)
    {
        Span<uint> values = stackalloc uint[8 * WideBlake3.Lanes];
        Span<uint> parent = stackalloc uint[8];
        WideBlake3.Chunks(key, flags, MemoryMarshal.Cast<byte, uint>(data), firstChunk, values);
        for (int count = WideBlake3.Lanes / 2; count > 0; count /= 2)
        {
            for (int i = 0; i < count; i++)
            {
                key.CopyTo(parent);
                Compress(parent, values.Slice(16 * i, 16), 0, BlockBytes, Parent | (count == 1 ? lastFlags : flags));
                parent.CopyTo(values[(8 * i)..]);
            }
        }

        values[..8].CopyTo(value);
    }

    private static void Chunk(ReadOnlySpan<byte> data, ReadOnlySpan<uint> key, ulong counter, uint flags, uint lastFlags, Span<uint> value)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        Span<uint> message = stackalloc uint[16];
        key.CopyTo(value);
        uint start = ChunkStart;
        int offset = 0;
        do
        {
            int length = Math.Min(BlockBytes, data.Length - offset);
            block.Clear();
            data.Slice(offset, length).CopyTo(block);
            for (int i = 0; i < 16; i++)
            {
                message[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
            }

            offset += length;
            bool last = offset == data.Length;
            Compress(value, message, counter, (uint)length, start | (last ? ChunkEnd | lastFlags : flags));
            start = 0;
        }
        while (offset < data.Length);
    }

    private static void Compress(Span<uint> value, Span<uint> message, ulong counter, uint length, uint flags)
    {
        Span<uint> s = stackalloc uint[16];
        Span<uint> permuted = stackalloc uint[16];
        value.CopyTo(s);
        Iv[..4].CopyTo(s[8..]);
        s[12] = (uint)counter;
        s[13] = (uint)(counter >> 32);
        s[14] = length;
        s[15] = flags;
        for (int round = 0; ; round++)
        {
            Mix(s, 0, 4, 8, 12, message[0], message[1]);
            Mix(s, 1, 5, 9, 13, message[2], message[3]);
            Mix(s, 2, 6, 10, 14, message[4], message[5]);
            Mix(s, 3, 7, 11, 15, message[6], message[7]);
            Mix(s, 0, 5, 10, 15, message[8], message[9]);
            Mix(s, 1, 6, 11, 12, message[10], message[11]);
            Mix(s, 2, 7, 8, 13, message[12], message[13]);
            Mix(s, 3, 4, 9, 14, message[14], message[15]);
            if (round == 6)
            {
                break;
            }

            for (int i = 0; i < 16; i++)
            {
                permuted[i] = message[Permutation[i]];
            }

            permuted.CopyTo(message);
        }

        for (int i = 0; i < 8; i++)
        {
            value[i] = s[i] ^ s[i + 8];
        }
    }

    private static void Mix(Span<uint> s, int a, int b, int c, int d, uint x, uint y)
    {
        s[a] = s[a] + s[b] + x;
        s[d] = BitOperations.RotateRight(s[d] ^ s[a], 16);
        s[c] += s[d];
        s[b] = BitOperations.RotateRight(s[b] ^ s[c], 12);
        s[a] = s[a] + s[b] + y;
        s[d] = BitOperations.RotateRight(s[d] ^ s[a], 8);
        s[c] += s[d];
        s[b] = BitOperations.RotateRight(s[b] ^ s[c], 7);
    }
}
