using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Assay.Chain;

/// <summary>
/// scrypt (RFC 7914), a key derivation that needs memory: 128 · n · r bytes. The framework has none. A block's 16 words lie in the order
/// 0, 5, 10, 15, 4, ...: then the four quarter rounds of Salsa20 are one on vectors.
/// </summary>
internal static class Scrypt
{
    private const int SalsaWords = 16;
    private const int SalsaVectors = 4;

    /// <summary>Derives bytes.</summary>
    /// <param name="password">The password.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="n">Cost: a power of two, at least 2.</param>
    /// <param name="r">Block size.</param>
    /// <param name="p">Parallel blocks, worked on one after the other.</param>
    /// <param name="key">Where the bytes go.</param>
    public static void Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int n, int r, int p, Span<byte> key)
    {
        int words = 32 * r, vectors = words / SalsaVectors;
        byte[] blocks = new byte[checked(p * words * sizeof(uint))];
        Vector128<uint>[] block = new Vector128<uint>[vectors], scratch = new Vector128<uint>[vectors], memory = new Vector128<uint>[checked(n * vectors)];
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(password, salt, blocks, 1, HashAlgorithmName.SHA256);
            Span<uint> text = MemoryMarshal.Cast<Vector128<uint>, uint>(block.AsSpan());
            for (int i = 0; i < p; i++)
            {
                Span<byte> bytes = blocks.AsSpan(i * words * sizeof(uint), words * sizeof(uint));
                for (int k = 0; k < words; k++)
                {
                    text[k] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(Place(k) * sizeof(uint))..]);
                }

                Mix(block, scratch, memory, n);
                for (int k = 0; k < words; k++)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes[(Place(k) * sizeof(uint))..], text[k]);
                }
            }

            Rfc2898DeriveBytes.Pbkdf2(password, blocks, key, 1, HashAlgorithmName.SHA256);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blocks);
            block.AsSpan().Clear();
            scratch.AsSpan().Clear();
            memory.AsSpan().Clear();
        }
    }

    private static int Place(int word) => (word / SalsaWords * SalsaWords) + (word * 5 % SalsaWords);

    /// <summary>scryptROMix (section 5).</summary>
    private static void Mix(Span<Vector128<uint>> block, Span<Vector128<uint>> scratch, Span<Vector128<uint>> memory, int n)
    {
        for (int i = 0; i < n; i++)
        {
            block.CopyTo(memory[(i * block.Length)..]);
            MixBlock(block, scratch);
        }

        for (int i = 0; i < n; i++)
        {
            int chosen = (int)(block[^SalsaVectors].GetElement(0) & (uint)(n - 1));
            ReadOnlySpan<Vector128<uint>> kept = memory.Slice(chosen * block.Length, block.Length);
            for (int k = 0; k < block.Length; k++)
            {
                block[k] ^= kept[k];
            }

            MixBlock(block, scratch);
        }
    }

    /// <summary>scryptBlockMix (section 4) with Salsa20/8 (section 3): the even parts go to the front, the odd ones behind.</summary>
    private static void MixBlock(Span<Vector128<uint>> block, Span<Vector128<uint>> scratch)
    {
        Vector128<uint> x0 = block[^4], x1 = block[^3], x2 = block[^2], x3 = block[^1];
        int parts = block.Length / SalsaVectors;
        for (int i = 0; i < parts; i++)
        {
            ReadOnlySpan<Vector128<uint>> part = block.Slice(i * SalsaVectors, SalsaVectors);
            Vector128<uint> s0 = x0 ^= part[0], s1 = x1 ^= part[1], s2 = x2 ^= part[2], s3 = x3 ^= part[3];
            for (int round = 0; round < 8; round += 2)
            {
                x1 ^= Rotate(x0 + x3, 7);
                x2 ^= Rotate(x1 + x0, 9);
                x3 ^= Rotate(x2 + x1, 13);
                x0 ^= Rotate(x3 + x2, 18);
                x1 = Vector128.Shuffle(x1, Vector128.Create(3u, 0u, 1u, 2u));
                x2 = Vector128.Shuffle(x2, Vector128.Create(2u, 3u, 0u, 1u));
                x3 = Vector128.Shuffle(x3, Vector128.Create(1u, 2u, 3u, 0u));
                x3 ^= Rotate(x0 + x1, 7);
                x2 ^= Rotate(x3 + x0, 9);
                x1 ^= Rotate(x2 + x3, 13);
                x0 ^= Rotate(x1 + x2, 18);
                x1 = Vector128.Shuffle(x1, Vector128.Create(1u, 2u, 3u, 0u));
                x2 = Vector128.Shuffle(x2, Vector128.Create(2u, 3u, 0u, 1u));
                x3 = Vector128.Shuffle(x3, Vector128.Create(3u, 0u, 1u, 2u));
            }

            Span<Vector128<uint>> to = scratch.Slice(((i / 2) + (i % 2 * parts / 2)) * SalsaVectors, SalsaVectors);
            to[0] = x0 += s0;
            to[1] = x1 += s1;
            to[2] = x2 += s2;
            to[3] = x3 += s3;
        }

        scratch.CopyTo(block);
    }

    private static Vector128<uint> Rotate(Vector128<uint> words, int bits) => (words << bits) | (words >>> (32 - bits));
}
