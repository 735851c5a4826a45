using Assay.Proofs.Commitments;
using Assay.Proofs.Hashing;

namespace Assay.Proofs.Tests.Commitments;

public sealed class MerkleOpeningTests
{
    private const int Depth = 4;

    [Theory]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 15 })]
    [InlineData(new[] { 3, 4 })]
    [InlineData(new[] { 0, 1, 7, 12, 13, 15 })]
    [InlineData(new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 })]
    public void WhatIsOpenedIsChecked(int[] positions)
    {
        byte[][][] levels = Tree();
        byte[] leaves = [.. positions.SelectMany(position => levels[0][position])];
        byte[] siblings = [.. MerkleOpening.Siblings(positions, Depth).SelectMany(s => levels[s.Level][s.Index])];
        byte[] root = levels[Depth][0];
        Assert.True(MerkleOpening.SiblingCount(positions, Depth) <= MerkleOpening.MostSiblings(positions.Length, Depth));
        Assert.True(MerkleOpening.Check(root, positions, Depth, leaves, siblings));
        Assert.False(MerkleOpening.Check(root, positions, Depth, leaves, [.. siblings, .. new byte[32]]));
        Assert.False(MerkleOpening.Check(root, positions, Depth, leaves, siblings.AsSpan(0, Math.Max(0, siblings.Length - 1))) && siblings.Length > 0);
        for (int i = 0; i < leaves.Length; i += 31)
        {
            leaves[i] ^= 1;
            Assert.False(MerkleOpening.Check(root, positions, Depth, leaves, siblings));
            leaves[i] ^= 1;
        }

        for (int i = 0; i < siblings.Length; i += 31)
        {
            siblings[i] ^= 1;
            Assert.False(MerkleOpening.Check(root, positions, Depth, leaves, siblings));
            siblings[i] ^= 1;
        }
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(16, 10)]
    [InlineData(512, 112)]
    [InlineData(4096, 130)]
    [InlineData(8192, 131)]
    public void AsManyColumnsAsTheDesignCounted(int codeLength, int columns) =>
        Assert.True(Math.Abs(CodeQueries.Count(codeLength) - columns) <= 2, $"{CodeQueries.Count(codeLength)}");

    private static byte[][][] Tree()
    {
        byte[][][] levels = new byte[Depth + 1][][];
        levels[0] = [.. Enumerable.Range(0, 1 << Depth).Select(i => Blake3.Hash([(byte)i]))];
        for (int level = 1; level <= Depth; level++)
        {
            levels[level] = new byte[1 << (Depth - level)][];
            for (int i = 0; i < levels[level].Length; i++)
            {
                levels[level][i] = new byte[32];
                Blake3.Keyed(MerkleOpening.NodeKey.Span, [.. levels[level - 1][2 * i], .. levels[level - 1][(2 * i) + 1]], levels[level][i]);
            }
        }

        return levels;
    }
}
