using System.Runtime.Intrinsics.X86;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Hashing;

namespace Assay.Proofs.Tests.Commitments;

/// <summary>What is computed many at a time is what is computed one at a time.</summary>
public sealed class WidePathTests
{
    private static readonly Random Random = new(11);

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(700)]
    [InlineData(1400)]
    public void LeavesAreHashedAsTheyAre(int rows)
    {
        uint[] symbols = Residues(19 * rows);
        byte[] digests = new byte[19 * 32];
        LeafHashes.Of(symbols, rows, digests);
        byte[] expected = new byte[32];
        for (int i = 0; i < 19; i++)
        {
            byte[] bytes = [.. symbols.Skip(i * rows).Take(rows).SelectMany(BitConverter.GetBytes)];
            Blake3.Keyed(MerkleOpening.LeafKey.Span, bytes, expected);
            Assert.Equal(expected, digests[(32 * i)..(32 * (i + 1))]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(1000)]
    public void DotProductsAgree(int length)
    {
        foreach (bool isLargest in (bool[])[false, true])
        {
            Ext4[] a = Elements(length, isLargest);
            Ext4[] b = Elements(length, isLargest);
            uint[] c = isLargest ? [.. Enumerable.Repeat(KoalaBear.P - 1, length)] : Residues(length);
            Ext4 plain = Ext4.Zero;
            Ext4 plainBase = Ext4.Zero;
            for (int i = 0; i < length; i++)
            {
                plain += a[i] * b[i];
                plainBase += a[i] * c[i];
            }

            Assert.Equal(plain, Sums.Dot(a, b));
            Assert.Equal(plain, Sums.DotPlain(a, b));
            Assert.Equal(plainBase, Sums.Dot(a, c));
            Assert.Equal(plainBase, Sums.DotPlain(a, c));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(64)]
    [InlineData(2048)]
    public void TransformsAgreeWithEachOtherAndWithEvaluation(int length)
    {
        uint[] coefficients = Residues(length);
        uint[] wide = [.. coefficients];
        uint[] plain = [.. coefficients];
        WholeTransform(wide, Avx2.IsSupported);
        WholeTransform(plain, isWide: false);
        Assert.Equal(plain, wide);
        int bits = int.Log2(length);
        foreach (int q in (int[])[0, 1, length / 2, length - 1])
        {
            uint x = KoalaBear.Pow(KoalaBear.RootOfUnity(bits), (ulong)q);
            uint value = 0;
            for (int i = length - 1; i >= 0; i--)
            {
                value = KoalaBear.Add(KoalaBear.Mul(value, x), coefficients[i]);
            }

            Assert.Equal(value, plain[Transform.Place(q, bits)]);
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 5)]
    [InlineData(16, 9)]
    [InlineData(1024, 1)]
    [InlineData(1024, 300)]
    public void SymbolsOfACodewordAreThoseOfTheWholeTransform(int length, int count)
    {
        Ext4[] row = Elements(length, isLargest: false);
        int bits = int.Log2(4 * length);
        int[] positions = [.. Enumerable.Range(0, 4 * length).Select(position => (position * 5 + 3) % (4 * length)).Take(count).Order()];
        uint[][] coordinates = [[.. row.Select(x => x.C0)], [.. row.Select(x => x.C1)], [.. row.Select(x => x.C2)], [.. row.Select(x => x.C3)]];
        for (int c = 0; c < 4; c++)
        {
            Array.Resize(ref coordinates[c], 4 * length);
            WholeTransform(coordinates[c], isWide: false);
        }

        Assert.Equal(
            positions.Select(position => Transform.Place(position, bits)).Select(place =>
                new Ext4(coordinates[0][place], coordinates[1][place], coordinates[2][place], coordinates[3][place])),
            CodeEvaluation.At(row, 4 * length, positions));
    }

    /// <summary>Eight chunks at a time, in trees of all forms: as the definition says with chunks and parents one at a time.</summary>
    [Fact]
    public void LongMessagesAreHashedAsChunksAndParents()
    {
        byte[] message = new byte[600_000];
        Random.NextBytes(message);
        int[] whole = [1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 64, 65, 128, 255, 256, 257, 512, 520];
        foreach (int length in whole.SelectMany(chunks => (int[])[(1024 * chunks) - 1, 1024 * chunks, (1024 * chunks) + 1, (1024 * chunks) + 54]).Append(600_000))
        {
            Assert.Equal(PlainBlake3.Hash(message.AsSpan(0, length)), Blake3.Hash(message.AsSpan(0, length)));
        }
    }

    private static void WholeTransform(uint[] values, bool isWide) =>
        Transform.Forward(values, values.Length, [.. Enumerable.Range(0, values.Length)], 0, isWide);

    private static uint[] Residues(int count) => [.. Enumerable.Range(0, count).Select(_ => (uint)Random.NextInt64(KoalaBear.P))];

    private static Ext4[] Elements(int count, bool isLargest)
    {
        const uint Most = KoalaBear.P - 1;
        uint[] words = Residues(4 * count);
        return [.. Enumerable.Range(0, count).Select(i =>
            isLargest ? new Ext4(Most, Most, Most, Most) : new(words[4 * i], words[(4 * i) + 1], words[(4 * i) + 2], words[(4 * i) + 3]))];
    }
}
