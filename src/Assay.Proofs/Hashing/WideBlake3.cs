using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Assay.Proofs.Hashing;

/// <summary>BLAKE3's compression for eight messages at once. Portable vectors; the same digests as <see cref="Blake3"/>.</summary>
internal static class WideBlake3
{
    /// <summary>Messages at once.</summary>
    public const int Lanes = 8;

    private const int BlockWords = 16;
    private const int ChunkWords = 256;

    /// <summary>The rows of the message words' permutation, for the seven rounds.</summary>
    private static readonly byte[][] Schedule = Schedules();

    /// <summary>Keyed hashes of eight equally long messages of whole words.</summary>
    /// <param name="key">Eight words.</param>
    /// <param name="messages">One after the other, <paramref name="words"/> words each, at least one.</param>
    /// <param name="digests">32 bytes for each.</param>
    public static void Keyed(ReadOnlySpan<uint> key, ReadOnlySpan<uint> messages, int words, Span<byte> digests)
    {
        Span<Vector256<uint>> value = stackalloc Vector256<uint>[8];
        Tree(key, messages, words, 0, words, 0, isRoot: true, value);
        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int i = 0; i < 8; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(digests[((32 * lane) + (4 * i))..], value[i][lane]);
            }
        }
    }

    /// <summary>Chaining values of eight whole chunks of one message.</summary>
    /// <param name="chunks">8 * 256 words.</param>
    /// <param name="values">8 * 8 words.</param>
    public static void Chunks(ReadOnlySpan<uint> key, uint flags, ReadOnlySpan<uint> chunks, ulong firstChunk, Span<uint> values)
    {
        Span<Vector256<uint>> value = stackalloc Vector256<uint>[8];
        Vector256<uint> low = Vector256.Create((uint)firstChunk) + Vector256<uint>.Indices;
        // The counter's high half changes within eight chunks only where the caller splits.
        Chunk(key, chunks, ChunkWords, 0, ChunkWords, low, Vector256.Create((uint)(firstChunk >> 32)), flags, flags, value);
        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int i = 0; i < 8; i++)
            {
                values[(8 * lane) + i] = value[i][lane];
            }
        }
    }

    private static void Tree(
        ReadOnlySpan<uint> key, ReadOnlySpan<uint> messages, int stride, int start, int words, uint chunk, bool isRoot, Span<Vector256<uint>> value)
    {
        uint last = Blake3.KeyedHash | (isRoot ? Blake3.RootFlag : 0);
        if (words <= ChunkWords)
        {
            Chunk(key, messages, stride, start, words, Vector256.Create(chunk), Vector256<uint>.Zero, Blake3.KeyedHash, last, value);
            return;
        }

        int left = ChunkWords << int.Log2((words - 1) / ChunkWords);
        Span<Vector256<uint>> message = stackalloc Vector256<uint>[BlockWords];
        Tree(key, messages, stride, start, left, chunk, isRoot: false, message[..8]);
        Tree(key, messages, stride, start + left, words - left, chunk + (uint)(left / ChunkWords), isRoot: false, message[8..]);
        Load(key, value);
        Compress(value, message, Vector256<uint>.Zero, Vector256<uint>.Zero, 64, Blake3.Parent | last);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chunk(
        ReadOnlySpan<uint> key, ReadOnlySpan<uint> messages, int stride, int start, int words,
        Vector256<uint> counterLow, Vector256<uint> counterHigh, uint flags, uint lastFlags, Span<Vector256<uint>> value)
    {
        Span<Vector256<uint>> message = stackalloc Vector256<uint>[BlockWords];
        Load(key, value);
        uint begin = Blake3.ChunkStart;
        for (int at = 0; at < words; at += BlockWords)
        {
            int count = Math.Min(BlockWords, words - at);
            for (int i = 0; i < BlockWords; i++)
            {
                int word = start + at + i;
                message[i] = i >= count ? default : Vector256.Create(
                    messages[word], messages[word + stride], messages[word + (2 * stride)], messages[word + (3 * stride)],
                    messages[word + (4 * stride)], messages[word + (5 * stride)], messages[word + (6 * stride)], messages[word + (7 * stride)]);
            }

            bool last = at + BlockWords >= words;
            Compress(value, message, counterLow, counterHigh, (uint)(4 * count), begin | (last ? Blake3.ChunkEnd | lastFlags : flags));
            begin = 0;
        }
    }

    private static void Load(ReadOnlySpan<uint> key, Span<Vector256<uint>> value)
    {
        for (int i = 0; i < 8; i++)
        {
            value[i] = Vector256.Create(key[i]);
        }
    }

    // Optimised from its first call on: a verifier often checks one proof and ends, before the runtime would have noticed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(
        Span<Vector256<uint>> value, ReadOnlySpan<Vector256<uint>> message, Vector256<uint> counterLow, Vector256<uint> counterHigh, uint length, uint flags)
    {
        value = value[..8];
        message = message[..16];
        ReadOnlySpan<uint> iv = Blake3.Iv;
        Vector256<uint> s0 = value[0], s1 = value[1], s2 = value[2], s3 = value[3], s4 = value[4], s5 = value[5], s6 = value[6], s7 = value[7];
        Vector256<uint> s8 = Vector256.Create(iv[0]), s9 = Vector256.Create(iv[1]), s10 = Vector256.Create(iv[2]), s11 = Vector256.Create(iv[3]);
        Vector256<uint> s12 = counterLow, s13 = counterHigh, s14 = Vector256.Create(length), s15 = Vector256.Create(flags);
        foreach (byte[] row in Schedule)
        {
            Mix(ref s0, ref s4, ref s8, ref s12, message[row[0]], message[row[1]]);
            Mix(ref s1, ref s5, ref s9, ref s13, message[row[2]], message[row[3]]);
            Mix(ref s2, ref s6, ref s10, ref s14, message[row[4]], message[row[5]]);
            Mix(ref s3, ref s7, ref s11, ref s15, message[row[6]], message[row[7]]);
            Mix(ref s0, ref s5, ref s10, ref s15, message[row[8]], message[row[9]]);
            Mix(ref s1, ref s6, ref s11, ref s12, message[row[10]], message[row[11]]);
            Mix(ref s2, ref s7, ref s8, ref s13, message[row[12]], message[row[13]]);
            Mix(ref s3, ref s4, ref s9, ref s14, message[row[14]], message[row[15]]);
        }

        value[0] = s0 ^ s8;
        value[1] = s1 ^ s9;
        value[2] = s2 ^ s10;
        value[3] = s3 ^ s11;
        value[4] = s4 ^ s12;
        value[5] = s5 ^ s13;
        value[6] = s6 ^ s14;
        value[7] = s7 ^ s15;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref Vector256<uint> a, ref Vector256<uint> b, ref Vector256<uint> c, ref Vector256<uint> d, Vector256<uint> x, Vector256<uint> y)
    {
        a += b + x;
        d = Rotate(d ^ a, 16);
        c += d;
        b = Rotate(b ^ c, 12);
        a += b + y;
        d = Rotate(d ^ a, 8);
        c += d;
        b = Rotate(b ^ c, 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> value, int bits) => (value >>> bits) | (value << (32 - bits));

    private static byte[][] Schedules()
    {
        byte[][] rows = new byte[7][];
        rows[0] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        for (int round = 1; round < rows.Length; round++)
        {
            byte[] before = rows[round - 1];
            rows[round] = [.. Blake3.Permutation.ToArray().Select(place => before[place])];
        }

        return rows;
    }
}
