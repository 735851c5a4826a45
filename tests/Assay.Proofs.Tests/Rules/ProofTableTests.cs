using Assay.Programs;
using Assay.Proofs.Circuits;

namespace Assay.Proofs.Tests.Rules;

public sealed class ProofTableTests
{
    public static TheoryData<ProofTable> Tables =>
    [
        new RangeTable(1), new RangeTable(37), new ClampTable(3, 5, 4), new ClampTable(0, 0, 0), new ClassTable(-3, 4), new ClassTable(2, 2),
        new SlicesTable(3, 5), new SlicesTable(0, 0), new ReluTable(0), new ReluTable(4), new StepTable(3),
        new MapTable(2, -2, new LookupTable([5, 4, 4, -1])),
    ];

    [Theory]
    [MemberData(nameof(Tables))]
    public void Rows_are_found_and_nothing_else(ProofTable table)
    {
        HashSet<(long, long, long)> rows = [];
        for (int i = 0; i < table.Rows; i++)
        {
            (int c0, int c1, int c2) = table.Row(i);
            Assert.True(rows.Add((c0, c1, c2)));
            Assert.Equal(i, table.Find(c0, c1, c2));
        }

        for (long c0 = -20; c0 < 45; c0++)
        {
            for (long c1 = -20; c1 < 20; c1++)
            {
                for (long c2 = -2; c2 < 5; c2++)
                {
                    Assert.Equal(rows.Contains((c0, c1, c2)), table.Find(c0, c1, c2) >= 0);
                }
            }
        }

        Assert.Equal(-1, table.Find(long.MaxValue, 0, 0));
        Assert.Equal(-1, table.Find(long.MinValue, 0, 0));
    }

    [Fact]
    public void Tables_of_the_same_kind_and_numbers_are_the_same()
    {
        LookupTable entries = new([1, 2]);
        Assert.Equal<ProofTable>(new ClampTable(1, 2, 3), new ClampTable(1, 2, 3));
        Assert.Equal<ProofTable>(new MapTable(0, 1, entries), new MapTable(0, 1, entries));
        Assert.NotEqual<ProofTable>(new MapTable(0, 1, entries), new MapTable(1, 1, entries));
        Assert.NotEqual<ProofTable>(new ReluTable(3), new StepTable(3));
    }
}
