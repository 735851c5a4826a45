using System.Text;
using Assay.Log.Layout;
using Assay.Testing;

namespace Assay.Log.Tests;

public sealed class TilePathTests
{
    [Theory]
    [InlineData("tile/0/000", 0, 0, 256)]
    [InlineData("tile/0/001", 0, 1, 256)]
    [InlineData("tile/63/999", 63, 999, 256)]
    [InlineData("tile/3/x001/000", 3, 1000, 256)]
    [InlineData("tile/4/x001/x234/067", 4, 1_234_067, 256)] // The example of C2SP tlog-tiles.
    [InlineData("tile/4/x001/x234/067.p/1", 4, 1_234_067, 1)]
    [InlineData("tile/0/273.p/112", 0, 273, 112)]
    [InlineData("tile/entries/000.p/255", TilePath.Entries, 0, 255)]
    [InlineData("tile/entries/x123/456", TilePath.Entries, 123_456, 256)]
    [InlineData("tile/1/x009/x223/x372/x036/x854/x775/807", 1, long.MaxValue, 256)]
    public void TryParse_Path_GivesItsParts(string text, int level, ulong number, int width)
    {
        Assert.True(TilePath.TryParse(text, out TilePath path));
        Assert.Equal(new TilePath(level, number, width), path);
        Assert.Equal(text, path.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0/000/")]
    [InlineData("tile//000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/+1/000")]
    [InlineData("tile/ 1/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/00")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/x000/x001/000")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x001000")]
    [InlineData("tile/0/X001/000")]
    [InlineData("tile/0/x1/000")]
    [InlineData("tile/0/ 01")]
    [InlineData("tile/0/+01")]
    [InlineData("tile/0/-01")]
    [InlineData("tile/0/٠٠١")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/1/")]
    [InlineData("tile/0/000.p/1.p/1")]
    [InlineData("tile/0/x001.p/1/000")]
    [InlineData("tile/0/../000")]
    [InlineData("tile/0/000%00")]
    [InlineData("tile/0/000\0")]
    [InlineData("tile/entries/")]
    [InlineData("tile/data/000")]
    [InlineData("tile/entries/entries/000")]
    [InlineData("tile/1/x009/x223/x372/x036/x854/x775/808")]
    [InlineData("tile/1/x999/x999/x999/x999/x999/x999/x999/x999/999")]
    public void TryParse_AnythingElse_Refuses(string text) => Assert.False(TilePath.TryParse(text, out _));

    [Fact]
    public void TryParse_FuzzedPaths_AcceptsOnlyWhatItWrites()
    {
        byte[][] seeds = [.. new[]
        {
            "tile/0/000", "tile/4/x001/x234/067.p/17", "tile/entries/x123/456", "tile/63/x009/x223/x372/x036/x854/x775/807",
        }.Select(Encoding.ASCII.GetBytes)];
        FuzzSummary summary = FuzzRun.Run(seeds, bytes =>
        {
            string text = Encoding.Latin1.GetString(bytes);
            bool isPath = TilePath.TryParse(text, out TilePath path);
            Assert.True(!isPath || path.ToString() == text);
            return isPath;
        });
        Assert.True(summary.Accepted > 100 && summary.Refused > 1000);
    }
}
