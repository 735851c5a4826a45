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
        Transform.Forward(wide);
        Transform.Forward(plain, 0, isWide: false);
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

    private static uint[] Residues(int count) => [.. Enumerable.Range(0, count).Select(_ => (uint)Random.NextInt64(KoalaBear.P))];

    private static Ext4[] Elements(int count, bool isLargest)
    {
        const uint Most = KoalaBear.P - 1;
        uint[] words = Residues(4 * count);
        return [.. Enumerable.Range(0, count).Select(i =>
            isLargest ? new Ext4(Most, Most, Most, Most) : new(words[4 * i], words[(4 * i) + 1], words[(4 * i) + 2], words[(4 * i) + 3]))];
    }
}
