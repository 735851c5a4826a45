using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Assay.Primitives.Merkle;

/// <summary>
/// SHA-256 (FIPS 180-4) of eight short messages at once, one in each lane of a vector. A tree of small leaves is made of such messages, and the
/// framework's one-shot hash spends most of its time on the way into the native library and back.
/// </summary>
/// <remarks>For public data: nothing here depends on values in its timing, but nothing is cleared either.</remarks>
internal sealed class Sha256Lanes
{
    /// <summary>Messages hashed at once.</summary>
    public const int Lanes = 8;

    /// <summary>Longest message in bytes: two blocks, less the padding's nine bytes.</summary>
    public const int MaxLength = 2 * BlockSize - 9;

    /// <summary>Longest message of one block, in bytes.</summary>
    public const int MaxShortLength = BlockSize - 9;

    private const int BlockSize = 64;
    private const int WordsPerLane = 2 * BlockSize / sizeof(uint);

    private static readonly uint[] K =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private static readonly uint[] InitialState =
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    // Word t of lane l stands at t * Lanes + l, so that a vector load takes the same word of every lane.
    private readonly uint[] _words = new uint[WordsPerLane * Lanes];
    private readonly int[] _blocks = new int[Lanes];
    private readonly uint[] _schedule = new uint[64 * Lanes];
    private readonly uint[] _state = new uint[8 * Lanes];

    /// <summary>Whether vectors make this faster than the framework's hash.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    /// <summary>Sets the message of a lane: <c>prefix | message</c>, at most <see cref="MaxLength"/> bytes together.</summary>
    public void Set(int lane, byte prefix, ReadOnlySpan<byte> message)
    {
        Span<byte> padded = stackalloc byte[2 * BlockSize];
        padded.Clear();
        int length = 1 + message.Length;
        int blocks = length + 9 <= BlockSize ? 1 : 2;
        padded[0] = prefix;
        message.CopyTo(padded[1..]);
        padded[length] = 0x80;
        BinaryPrimitives.WriteUInt32BigEndian(padded[(blocks * BlockSize - sizeof(uint))..], (uint)length * 8);
        _blocks[lane] = blocks;
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(padded);
        for (int t = 0; t < blocks * 16; t++)
        {
            _words[t * Lanes + lane] = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(words[t]) : words[t];
        }
    }

    /// <summary>Hashes the messages of the first lanes, as many as there are places for digests.</summary>
    public void Hash(Span<Digest32> digests)
    {
        for (int i = 0; i < 8; i++)
        {
            _state.AsSpan(i * Lanes, Lanes).Fill(InitialState[i]);
        }

        int most = 1;
        for (int lane = 0; lane < digests.Length; lane++)
        {
            most = Math.Max(most, _blocks[lane]);
        }

        for (int block = 0; block < most; block++)
        {
            Compress(_words.AsSpan(block * 16 * Lanes, 16 * Lanes));
            for (int lane = 0; lane < digests.Length; lane++)
            {
                if (_blocks[lane] == block + 1)
                {
                    digests[lane] = Read(lane);
                }
            }
        }
    }

    private Digest32 Read(int lane)
    {
        Span<byte> bytes = stackalloc byte[Digest32.Size];
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(i * sizeof(uint))..], _state[i * Lanes + lane]);
        }

        return Digest32.From(bytes);
    }

    private void Compress(ReadOnlySpan<uint> words)
    {
        Span<Vector256<uint>> w = MemoryMarshal.Cast<uint, Vector256<uint>>(_schedule.AsSpan());
        MemoryMarshal.Cast<uint, Vector256<uint>>(words).CopyTo(w);
        for (int t = 16; t < 64; t++)
        {
            Vector256<uint> w15 = w[t - 15];
            Vector256<uint> w2 = w[t - 2];
            Vector256<uint> s0 = Rotate(w15, 7) ^ Rotate(w15, 18) ^ (w15 >>> 3);
            Vector256<uint> s1 = Rotate(w2, 17) ^ Rotate(w2, 19) ^ (w2 >>> 10);
            w[t] = w[t - 16] + s0 + w[t - 7] + s1;
        }

        Span<Vector256<uint>> state = MemoryMarshal.Cast<uint, Vector256<uint>>(_state.AsSpan());
        Vector256<uint> a = state[0];
        Vector256<uint> b = state[1];
        Vector256<uint> c = state[2];
        Vector256<uint> d = state[3];
        Vector256<uint> e = state[4];
        Vector256<uint> f = state[5];
        Vector256<uint> g = state[6];
        Vector256<uint> h = state[7];

        // Eight rounds at a time: the variables change roles instead of being moved.
        for (int t = 0; t < 64; t += 8)
        {
            ReadOnlySpan<uint> k = K.AsSpan(t, 8);
            Span<Vector256<uint>> m = w.Slice(t, 8);
            Round(a, b, c, ref d, e, f, g, ref h, m[0] + Vector256.Create(k[0]));
            Round(h, a, b, ref c, d, e, f, ref g, m[1] + Vector256.Create(k[1]));
            Round(g, h, a, ref b, c, d, e, ref f, m[2] + Vector256.Create(k[2]));
            Round(f, g, h, ref a, b, c, d, ref e, m[3] + Vector256.Create(k[3]));
            Round(e, f, g, ref h, a, b, c, ref d, m[4] + Vector256.Create(k[4]));
            Round(d, e, f, ref g, h, a, b, ref c, m[5] + Vector256.Create(k[5]));
            Round(c, d, e, ref f, g, h, a, ref b, m[6] + Vector256.Create(k[6]));
            Round(b, c, d, ref e, f, g, h, ref a, m[7] + Vector256.Create(k[7]));
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    // FIPS 180-4, section 6.2.2, step 3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, ref Vector256<uint> d, Vector256<uint> e, Vector256<uint> f, Vector256<uint> g, ref Vector256<uint> h, Vector256<uint> word)
    {
        Vector256<uint> t1 = h + word + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25)) + (g ^ (e & (f ^ g)));
        d += t1;
        h = t1 + (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22)) + ((a & b) | (c & (a | b)));
    }

    private static Vector256<uint> Rotate(Vector256<uint> value, int bits) => (value >>> bits) | (value << (32 - bits));
}
