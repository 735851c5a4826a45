using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
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
        Span<byte> padded = stackalloc byte[BlockBytes];
        Span<uint> message = stackalloc uint[16];
        key.CopyTo(value);
        uint start = ChunkStart;
        while (data.Length > BlockBytes)
        {
            Read(data, message);
            Compress(value, message, counter, BlockBytes, start | flags);
            data = data[BlockBytes..];
            start = 0;
        }

        data.CopyTo(padded);
        Read(padded, message);
        Compress(value, message, counter, (uint)data.Length, start | ChunkEnd | lastFlags);
    }

    private static void Read(ReadOnlySpan<byte> block, Span<uint> message)
    {
        if (BitConverter.IsLittleEndian)
        {
            block[..BlockBytes].CopyTo(MemoryMarshal.AsBytes(message));
            return;
        }

        for (int i = 0; i < 16; i++)
        {
            message[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        }
    }

    /// <summary>Rounds and the permutations of the message between them are written out: state and message are locals.</summary>
    // Optimised from its first call on: a verifier often checks one proof and ends, before the runtime would have noticed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(Span<uint> value, ReadOnlySpan<uint> message, ulong counter, uint length, uint flags)
    {
        uint m15 = message[15], m0 = message[0], m1 = message[1], m2 = message[2], m3 = message[3], m4 = message[4], m5 = message[5];
        uint m6 = message[6], m7 = message[7], m8 = message[8], m9 = message[9], m10 = message[10], m11 = message[11];
        uint m12 = message[12], m13 = message[13], m14 = message[14];
        uint s7 = value[7], s0 = value[0], s1 = value[1], s2 = value[2], s3 = value[3], s4 = value[4], s5 = value[5], s6 = value[6];
        uint s8 = Iv[0], s9 = Iv[1], s10 = Iv[2], s11 = Iv[3];
        uint s12 = (uint)counter, s13 = (uint)(counter >> 32), s14 = length, s15 = flags;

        Mix(ref s0, ref s4, ref s8, ref s12, m0, m1);
        Mix(ref s1, ref s5, ref s9, ref s13, m2, m3);
        Mix(ref s2, ref s6, ref s10, ref s14, m4, m5);
        Mix(ref s3, ref s7, ref s11, ref s15, m6, m7);
        Mix(ref s0, ref s5, ref s10, ref s15, m8, m9);
        Mix(ref s1, ref s6, ref s11, ref s12, m10, m11);
        Mix(ref s2, ref s7, ref s8, ref s13, m12, m13);
        Mix(ref s3, ref s4, ref s9, ref s14, m14, m15);

        Mix(ref s0, ref s4, ref s8, ref s12, m2, m6);
        Mix(ref s1, ref s5, ref s9, ref s13, m3, m10);
        Mix(ref s2, ref s6, ref s10, ref s14, m7, m0);
        Mix(ref s3, ref s7, ref s11, ref s15, m4, m13);
        Mix(ref s0, ref s5, ref s10, ref s15, m1, m11);
        Mix(ref s1, ref s6, ref s11, ref s12, m12, m5);
        Mix(ref s2, ref s7, ref s8, ref s13, m9, m14);
        Mix(ref s3, ref s4, ref s9, ref s14, m15, m8);

        Mix(ref s0, ref s4, ref s8, ref s12, m3, m4);
        Mix(ref s1, ref s5, ref s9, ref s13, m10, m12);
        Mix(ref s2, ref s6, ref s10, ref s14, m13, m2);
        Mix(ref s3, ref s7, ref s11, ref s15, m7, m14);
        Mix(ref s0, ref s5, ref s10, ref s15, m6, m5);
        Mix(ref s1, ref s6, ref s11, ref s12, m9, m0);
        Mix(ref s2, ref s7, ref s8, ref s13, m11, m15);
        Mix(ref s3, ref s4, ref s9, ref s14, m8, m1);

        Mix(ref s0, ref s4, ref s8, ref s12, m10, m7);
        Mix(ref s1, ref s5, ref s9, ref s13, m12, m9);
        Mix(ref s2, ref s6, ref s10, ref s14, m14, m3);
        Mix(ref s3, ref s7, ref s11, ref s15, m13, m15);
        Mix(ref s0, ref s5, ref s10, ref s15, m4, m0);
        Mix(ref s1, ref s6, ref s11, ref s12, m11, m2);
        Mix(ref s2, ref s7, ref s8, ref s13, m5, m8);
        Mix(ref s3, ref s4, ref s9, ref s14, m1, m6);

        Mix(ref s0, ref s4, ref s8, ref s12, m12, m13);
        Mix(ref s1, ref s5, ref s9, ref s13, m9, m11);
        Mix(ref s2, ref s6, ref s10, ref s14, m15, m10);
        Mix(ref s3, ref s7, ref s11, ref s15, m14, m8);
        Mix(ref s0, ref s5, ref s10, ref s15, m7, m2);
        Mix(ref s1, ref s6, ref s11, ref s12, m5, m3);
        Mix(ref s2, ref s7, ref s8, ref s13, m0, m1);
        Mix(ref s3, ref s4, ref s9, ref s14, m6, m4);

        Mix(ref s0, ref s4, ref s8, ref s12, m9, m14);
        Mix(ref s1, ref s5, ref s9, ref s13, m11, m5);
        Mix(ref s2, ref s6, ref s10, ref s14, m8, m12);
        Mix(ref s3, ref s7, ref s11, ref s15, m15, m1);
        Mix(ref s0, ref s5, ref s10, ref s15, m13, m3);
        Mix(ref s1, ref s6, ref s11, ref s12, m0, m10);
        Mix(ref s2, ref s7, ref s8, ref s13, m2, m6);
        Mix(ref s3, ref s4, ref s9, ref s14, m4, m7);

        Mix(ref s0, ref s4, ref s8, ref s12, m11, m15);
        Mix(ref s1, ref s5, ref s9, ref s13, m5, m0);
        Mix(ref s2, ref s6, ref s10, ref s14, m1, m9);
        Mix(ref s3, ref s7, ref s11, ref s15, m8, m6);
        Mix(ref s0, ref s5, ref s10, ref s15, m14, m10);
        Mix(ref s1, ref s6, ref s11, ref s12, m2, m12);
        Mix(ref s2, ref s7, ref s8, ref s13, m3, m4);
        Mix(ref s3, ref s4, ref s9, ref s14, m7, m13);

        value[7] = s7 ^ s15;
        value[0] = s0 ^ s8;
        value[1] = s1 ^ s9;
        value[2] = s2 ^ s10;
        value[3] = s3 ^ s11;
        value[4] = s4 ^ s12;
        value[5] = s5 ^ s13;
        value[6] = s6 ^ s14;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref uint a, ref uint b, ref uint c, ref uint d, uint x, uint y)
    {
        a = a + b + x;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 12);
        a = a + b + y;
        d = BitOperations.RotateRight(d ^ a, 8);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 7);
    }
}
