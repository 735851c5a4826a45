using System.Collections.Immutable;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs.Tests.Layouts;

public sealed class BoxLayoutTests
{
    private static readonly ImmutableArray<int>[] Boxes =
        [[3, 5], [1, 1], [7], [2, 3, 2], [1, 6, 3], [1], [16], [13, 1, 2], [1, 1, 1, 4]];

    [Fact]
    public void CellsAreDistinctAndAlignedBlocksFillTheirPlace()
    {
        BoxLayout layout = BoxLayout.Of(Boxes);
        HashSet<long> cells = [];
        foreach (BoxPlacement box in layout.Boxes)
        {
            Assert.All(box.Blocks, block => Assert.Equal(0, block.Offset % (1L << (block.Bits + box.SliceBits))));
            foreach (int[] index in Indices(box.Dims))
            {
                Assert.True(cells.Add(box.Cell(index)));
            }
        }

        Assert.True(cells.Max() < layout.Cells);
        Assert.Equal(7, layout.Bits);
    }

    [Fact]
    public void WeightsMultiplyToTheEqOfTheCell()
    {
        BoxLayout layout = BoxLayout.Of(Boxes);
        Random random = new(3);
        Ext4[] point = [.. Enumerable.Range(0, layout.Bits).Select(_ => new Ext4(Next(random), Next(random), Next(random), Next(random)))];
        PointTables tables = new(point);
        foreach (BoxPlacement box in layout.Boxes)
        {
            Ext4[][] weights = box.Weights(tables);
            foreach (int[] index in Indices(box.Dims))
            {
                Ext4 product = Ext4.One;
                for (int d = 0; d < index.Length; d++)
                {
                    product *= weights[d][index[d]];
                }

                Assert.Equal(PointTables.At(point, box.Cell(index)), product);
            }
        }
    }

    [Fact]
    public void EqualBlocksLieInTheOrderOfBoxesAndStarts()
    {
        // Blocks: 4, 2, 1 of the first box; 4, 2, 1 of the second.
        BoxLayout layout = BoxLayout.Of([[7], [7]]);
        Assert.Equal([0, 8, 12], layout.Boxes[0].Blocks.Select(block => block.Offset));
        Assert.Equal([4, 10, 13], layout.Boxes[1].Blocks.Select(block => block.Offset));
        Assert.Equal(14, layout.Cells);
    }

    private static uint Next(Random random) => (uint)random.NextInt64(KoalaBear.P);

    private static IEnumerable<int[]> Indices(ImmutableArray<int> dims)
    {
        int count = dims.Aggregate(1, (product, dim) => product * dim);
        for (int i = 0; i < count; i++)
        {
            int[] index = new int[dims.Length];
            for (int d = dims.Length - 1, rest = i; d >= 0; rest /= dims[d], d--)
            {
                index[d] = rest % dims[d];
            }

            yield return index;
        }
    }
}
