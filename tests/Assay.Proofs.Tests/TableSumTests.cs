using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs.Tests;

/// <summary>Sums over tables by pieces are those row by row.</summary>
public sealed class TableSumTests
{
    private static readonly Random Random = new(21);

    public static TheoryData<string> Tables => [.. Made.Keys];

    private static Dictionary<string, ProofTable> Made { get; } = new()
    {
        ["range"] = new RangeTable(21),
        ["range of one"] = new RangeTable(1),
        ["clamp"] = new ClampTable(5, 7, 11),
        ["clamp, nothing before"] = new ClampTable(0, 7, 3),
        ["clamp, nothing after"] = new ClampTable(3, 0, 0),
        ["class"] = new ClassTable(-3, 5),
        ["class, negative"] = new ClassTable(-7, -2),
        ["class, zero first"] = new ClassTable(0, 3),
        ["class, positive"] = new ClassTable(2, 3),
        ["class, lowest of all"] = new ClassTable(int.MinValue, int.MinValue + 4),
        ["class, all but the lowest"] = new ClassTable(int.MinValue + 1, int.MinValue + 4),
        ["class, highest of all"] = new ClassTable(int.MaxValue - 4, int.MaxValue),
        ["slices"] = new SlicesTable(4, 9),
        ["slices, full"] = new SlicesTable(3, 7),
        ["relu"] = new ReluTable(4),
        ["relu of two"] = new ReluTable(0),
        ["step"] = new StepTable(3),
        ["map"] = new MapTable(0, -4, new LookupTable([3, 1, 4, 1, 5, 9, 2])),
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void ByPiecesAsRowByRow(string name)
    {
        ProofTable table = Made[name];
        BoxLayout layout = BoxLayout.Of([[40], [table.Rows], [3, 5]]);
        PointTables point = new(Elements(layout.Bits));
        BoxPlacement box = layout.Boxes[1];
        Assert.Equal(TableSums.ByRows(table, box.Weights(point)[0]), TableSums.Of(table, box, point));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(64)]
    public void DotProductsOfTwoPointsWithoutVectors(int length)
    {
        BoxLayout one = BoxLayout.Of([[length], [9]]);
        BoxLayout other = BoxLayout.Of([[31], [length], [length]]);
        PointTables z = new(Elements(one.Bits));
        PointTables w = new(Elements(other.Bits));
        Ext4 plain = Sums.Dot(one.Boxes[0].Weights(z)[0], other.Boxes[2].Weights(w)[0]);
        Assert.Equal(plain, new PrefixSums(one.Boxes[0], z).Dot(new PrefixSums(other.Boxes[2], w), w, other.Boxes[2]));
    }

    private static Ext4[] Elements(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new Ext4(Word(), Word(), Word(), Word()))];

    private static uint Word() => (uint)Random.NextInt64(KoalaBear.P);
}
