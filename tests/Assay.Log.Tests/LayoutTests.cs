using Assay.Log.Layout;

namespace Assay.Log.Tests;

public sealed class LayoutTests
{
    [Fact]
    public async Task Files_SeventyThousandEntries_AreThoseOfTheExampleInTheSpecification()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        TestLog.Append(log, 69_999, 5000);
        await log.IntegrateAsync();

        // C2SP tlog-tiles: 273 full level 0 tiles, one partial of width 112, one full level 1 tile, one
        // partial of width 17, and one partial level 2 tile of width 1.
        SortedSet<string> expected = new(StringComparer.Ordinal)
        {
            "checkpoint", "tile/0/273.p/112", "tile/entries/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1",
        };
        for (ulong i = 0; i < 273; i++)
        {
            expected.Add(new TilePath(0, i, 256).ToString());
            expected.Add(new TilePath(TilePath.Entries, i, 256).ToString());
        }

        Assert.Equal(expected, Files(test));
        foreach (string path in expected)
        {
            LogResource resource = log.TryGetResource(path)!;
            Assert.Equal(File.ReadAllBytes(test.PathOf("public/" + path)), resource.Content);
            Assert.Equal(path != "checkpoint", resource.IsImmutable);
            Assert.Equal(path == "checkpoint" ? "text/plain; charset=utf-8" : "application/octet-stream", resource.ContentType);
        }
    }

    [Fact]
    public async Task Files_PartialTiles_StayUntilTheFullTileIsPublished()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        foreach (int size in new[] { 5, 255 })
        {
            TestLog.Append(log, size - (int)log.Size);
            await log.IntegrateAsync();
        }

        Assert.Equal(
            ["checkpoint", "tile/0/000.p/1", "tile/0/000.p/255", "tile/0/000.p/5", "tile/entries/000.p/1", "tile/entries/000.p/255", "tile/entries/000.p/5"],
            Files(test));
        Assert.NotNull(log.TryGetResource("tile/0/000.p/5"));
        TestLog.Append(log, 2);
        await log.IntegrateAsync();
        Assert.Equal(
            ["checkpoint", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/1"],
            Files(test));
        Assert.Null(log.TryGetResource("tile/0/000.p/5"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/checkpoint")]
    [InlineData("Checkpoint")]
    [InlineData("../log.db")]
    [InlineData("tile/0/../../../log.db")]
    [InlineData("tile/0/000")]
    [InlineData("tile/0/000.p/21")]
    [InlineData("tile/0/000.p/22")]
    [InlineData("tile/0/001.p/1")]
    [InlineData("tile/1/000.p/1")]
    [InlineData("tile/8/000")]
    [InlineData("tile/63/000.p/20")]
    [InlineData("tile/entries/000.p/21")]
    [InlineData("tile/0/x009/x223/x372/x036/x854/x775/807")]
    [InlineData("tile/0/x009/x223/x372/x036/x854/x775/807.p/1")]
    [InlineData("tile/entries/x072/x057/x594/x037/x927/936.p/1")]
    public async Task TryGetResource_NotUnderACheckpoint_GivesNothing(string path)
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        TestLog.Append(log, 19);
        await log.IntegrateAsync();
        Assert.NotNull(log.TryGetResource("tile/0/000.p/20"));
        TestLog.Append(log, 1);
        Directory.CreateDirectory(test.PathOf("public/tile/0/000.p"));
        File.WriteAllBytes(test.PathOf("public/tile/0/000.p/21"), new byte[32 * 21]);
        Assert.Null(log.TryGetResource(path));
    }

    private static SortedSet<string> Files(TestLog test)
    {
        string root = test.PathOf("public");
        return new SortedSet<string>(
            Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file)),
            StringComparer.Ordinal);
    }
}
