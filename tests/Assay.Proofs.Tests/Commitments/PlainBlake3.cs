using System.Buffers.Binary;
using System.Numerics;

namespace Assay.Proofs.Tests.Commitments;

/// <summary>BLAKE3 as its paper writes it, one compression at a time and nothing written out: the oracle of the fast one.</summary>
internal static class PlainBlake3
{
    private static readonly uint[] Iv = [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19];
    private static readonly int[] Permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

    public static byte[] Hash(ReadOnlySpan<byte> message)
    {
        uint[] words = Subtree(message, 0, 8);
        byte[] digest = new byte[32];
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(digest.AsSpan(4 * i), words[i]);
        }

        return digest;
    }

    private static uint[] Subtree(ReadOnlySpan<byte> data, int chunk, uint root)
    {
        if (data.Length > 1024)
        {
            int left = 1024;
            while (2 * left < data.Length)
            {
                left *= 2;
            }

            uint[] children = [.. Subtree(data[..left], chunk, 0), .. Subtree(data[left..], chunk + (left / 1024), 0)];
            return Compress(Iv, children, 0, 64, 4 | root);
        }

        uint[] value = Iv;
        for (int at = 0; at == 0 || at < data.Length; at += 64)
        {
            ReadOnlySpan<byte> block = data.Slice(at, Math.Min(64, data.Length - at));
            byte[] padded = new byte[64];
            block.CopyTo(padded);
            uint[] words = new uint[16];
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = BinaryPrimitives.ReadUInt32LittleEndian(padded.AsSpan(4 * i));
            }

            bool last = at + 64 >= data.Length;
            value = Compress(value, words, chunk, block.Length, (at == 0 ? 1u : 0) | (last ? 2 | root : 0));
        }

        return value;
    }

    private static uint[] Compress(uint[] value, uint[] message, int counter, int length, uint flags)
    {
        uint[] s = [.. value, .. Iv[..4], (uint)counter, 0, (uint)length, flags];
        for (int round = 0; round < 7; round++)
        {
            for (int i = 0; i < 4; i++)
            {
                Mix(s, i, 4 + i, 8 + i, 12 + i, message[2 * i], message[(2 * i) + 1]);
            }

            for (int i = 0; i < 4; i++)
            {
                Mix(s, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4), message[8 + (2 * i)], message[9 + (2 * i)]);
            }

            message = Array.ConvertAll(Permutation, place => message[place]);
        }

        uint[] result = new uint[8];
        for (int i = 0; i < 8; i++)
        {
            result[i] = s[i] ^ s[8 + i];
        }

        return result;
    }

    private static void Mix(uint[] s, int a, int b, int c, int d, uint x, uint y)
    {
        s[a] += s[b] + x;
        s[d] = BitOperations.RotateRight(s[d] ^ s[a], 16);
        s[c] += s[d];
        s[b] = BitOperations.RotateRight(s[b] ^ s[c], 12);
        s[a] += s[b] + y;
        s[d] = BitOperations.RotateRight(s[d] ^ s[a], 8);
        s[c] += s[d];
        s[b] = BitOperations.RotateRight(s[b] ^ s[c], 7);
    }
}
