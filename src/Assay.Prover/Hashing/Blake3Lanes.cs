using System.Numerics;
using System.Runtime.CompilerServices;
using Assay.Prover.Simd;

namespace Assay.Prover.Hashing;

/// <summary>BLAKE3 of as many messages of one length as a vector has lanes (O'Connor, Aumasson, Neves, Wilcox-O'Hearn 2020).</summary>
/// <remarks>Safety: each source has the message's bytes; the digests' buffer has 8 words a lane.</remarks>
[SkipLocalsInit]
internal static unsafe class Blake3Lanes<TS, TV>
    where TS : struct, IBaseVector<TV>
    where TV : unmanaged
{
    private const int BlockBytes = 64;
    private const int ChunkBytes = 1024;
    private const uint ChunkStart = 1;
    private const uint ChunkEnd = 2;
    private const uint Parent = 4;
    private const uint RootFlag = 8;

    // Each round's 16 places in the message, so that the message itself is never permuted.
    private static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8,
        3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1,
        10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6,
        12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4,
        9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7,
        11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13,
    ];

    /// <summary>Hashes one message in each lane.</summary>
    /// <param name="sources">A message in each lane.</param>
    /// <param name="bytes">The length of all of them.</param>
    /// <param name="key">8 words.</param>
    /// <param name="flags">The mode's flag.</param>
    /// <param name="digests">8 words a lane, the lanes one after the other.</param>
    public static void Hash(uint** sources, int bytes, uint* key, uint flags, uint* digests)
    {
        TV* value = stackalloc TV[8];
        Subtree(sources, 0, bytes, key, 0, flags, flags | RootFlag, value);
        TS.StoreDigests(value, digests);
    }

    private static void Subtree(uint** sources, int offset, int bytes, uint* key, uint chunk, uint flags, uint lastFlags, TV* value)
    {
        if (bytes <= ChunkBytes)
        {
            Chunk(sources, offset, bytes, key, chunk, flags, lastFlags, value);
            return;
        }

        // The left subtree is the largest complete one that leaves at least a byte for the right.
        int left = ChunkBytes << BitOperations.Log2((uint)((bytes - 1) / ChunkBytes));
        TV* message = stackalloc TV[16];
        Subtree(sources, offset, left, key, chunk, flags, flags, message);
        Subtree(sources, offset + left, bytes - left, key, chunk + (uint)(left / ChunkBytes), flags, flags, message + 8);
        SetKey(key, value);
        Compress(value, message, 0, BlockBytes, Parent | lastFlags);
    }

    private static void Chunk(uint** sources, int offset, int bytes, uint* key, uint chunk, uint flags, uint lastFlags, TV* value)
    {
        TV* message = stackalloc TV[16];
        SetKey(key, value);
        uint start = ChunkStart;
        int done = 0;
        do
        {
            int length = Math.Min(BlockBytes, bytes - done);
            if (length == BlockBytes)
            {
                TS.LoadWords(sources, (offset + done) / sizeof(uint), message);
            }
            else
            {
                LoadPartial(sources, offset + done, length, message);
            }

            done += length;
            Compress(value, message, chunk, (uint)length, start | (done == bytes ? ChunkEnd | lastFlags : flags));
            start = 0;
        }
        while (done < bytes);
    }

    private static void SetKey(uint* key, TV* value)
    {
        for (int i = 0; i < 8; i++)
        {
            value[i] = TS.Broadcast(key[i]);
        }
    }

    /// <summary>The last block of a message, filled with zeros: nothing behind the message is read.</summary>
    private static void LoadPartial(uint** sources, int offset, int length, TV* message)
    {
        byte* blocks = stackalloc byte[BlockBytes * TS.Lanes];
        uint** staged = stackalloc uint*[TS.Lanes];
        for (int i = 0; i < TS.Lanes; i++)
        {
            byte* block = blocks + (i * BlockBytes);
            new Span<byte>(block, BlockBytes).Clear();
            Unsafe.CopyBlockUnaligned(block, (byte*)sources[i] + offset, (uint)length);
            staged[i] = (uint*)block;
        }

        TS.LoadWords(staged, 0, message);
    }

    /// <summary>Seven rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(TV* value, TV* message, uint counter, uint length, uint flags)
    {
        TV s0 = value[0], s1 = value[1], s2 = value[2], s3 = value[3];
        TV s4 = value[4], s5 = value[5], s6 = value[6], s7 = value[7];

        // The third row of the state is in memory: with sixteen registers the twelve others leave just enough of them.
        TV* c = stackalloc TV[4];
        c[0] = TS.Broadcast(0x6A09E667);
        c[1] = TS.Broadcast(0xBB67AE85);
        c[2] = TS.Broadcast(0x3C6EF372);
        c[3] = TS.Broadcast(0xA54FF53A);
        TV s12 = TS.Broadcast(counter), s13 = TS.Broadcast(0), s14 = TS.Broadcast(length), s15 = TS.Broadcast(flags);
        fixed (byte* schedule = Schedule)
        {
            for (byte* m = schedule; m < schedule + (7 * 16); m += 16)
            {
                Mix(ref s0, ref s4, c, ref s12, ref s1, ref s5, c + 1, ref s13, message, m);
                Mix(ref s2, ref s6, c + 2, ref s14, ref s3, ref s7, c + 3, ref s15, message, m + 4);
                Mix(ref s0, ref s5, c + 2, ref s15, ref s1, ref s6, c + 3, ref s12, message, m + 8);
                Mix(ref s2, ref s7, c, ref s13, ref s3, ref s4, c + 1, ref s14, message, m + 12);
            }
        }

        value[0] = TS.Xor(s0, c[0]);
        value[1] = TS.Xor(s1, c[1]);
        value[2] = TS.Xor(s2, c[2]);
        value[3] = TS.Xor(s3, c[3]);
        value[4] = TS.Xor(s4, s12);
        value[5] = TS.Xor(s5, s13);
        value[6] = TS.Xor(s6, s14);
        value[7] = TS.Xor(s7, s15);
    }

    /// <summary>Two independent mixings by turns, because a processor doesn't look far enough ahead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref TV a0, ref TV b0, TV* c0, ref TV d0, ref TV a1, ref TV b1, TV* c1, ref TV d1, TV* message, byte* m)
    {
        a0 = TS.Add(TS.Add(a0, b0), message[m[0]]);
        a1 = TS.Add(TS.Add(a1, b1), message[m[2]]);
        d0 = TS.RotateRight16(TS.Xor(d0, a0));
        d1 = TS.RotateRight16(TS.Xor(d1, a1));
        TV sum0 = TS.Add(*c0, d0);
        TV sum1 = TS.Add(*c1, d1);
        b0 = TS.RotateRight12(TS.Xor(b0, sum0));
        b1 = TS.RotateRight12(TS.Xor(b1, sum1));
        a0 = TS.Add(TS.Add(a0, b0), message[m[1]]);
        a1 = TS.Add(TS.Add(a1, b1), message[m[3]]);
        d0 = TS.RotateRight8(TS.Xor(d0, a0));
        d1 = TS.RotateRight8(TS.Xor(d1, a1));
        sum0 = TS.Add(sum0, d0);
        sum1 = TS.Add(sum1, d1);
        *c0 = sum0;
        *c1 = sum1;
        b0 = TS.RotateRight7(TS.Xor(b0, sum0));
        b1 = TS.RotateRight7(TS.Xor(b1, sum1));
    }
}
