using System.Globalization;
using Assay.Testing;

namespace Assay.Log.Tests;

public sealed class GoInteropTests
{
    [OracleFact(Oracle.GoSumdb)]
    public async Task Go_LogsOfManySizes_AcceptsCheckpointsTilesEntriesAndProofs()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        List<byte[]> checkpoints = [];
        foreach (int size in new[] { 2, 255, 256, 257, 700 })
        {
            TestLog.Append(log, size - (int)log.Size);
            await log.IntegrateAsync();
            checkpoints.Add(log.Checkpoint.Note.ToArray());
            IEnumerable<ulong> all = Enumerable.Range(0, size).Select(i => (ulong)i);
            string output = GoLog.Check(test, log, all, all.Skip(1), checkpoints);
            string expected = string.Create(
                CultureInfo.InvariantCulture,
                $"size {size}, checkpoints {checkpoints.Count}, inclusions {size}, consistencies {size - 1}\n");
            Assert.Equal(expected, output);
        }
    }

    [OracleFact(Oracle.GoSumdb)]
    public async Task Go_ThreeLevels_AcceptsProofs()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        TestLog.Append(log, 66_000, 2000);
        await log.IntegrateAsync();
        ulong[] indices = [0, 1, 255, 256, 65_535, 65_536, 65_791, 65_792, 66_000];
        string output = GoLog.Check(test, log, indices, indices[1..], []);
        Assert.Equal("size 66001, checkpoints 0, inclusions 9, consistencies 8\n", output);
    }

    [OracleFact(Oracle.GoSumdb)]
    public async Task Go_ChangedEntry_Refuses()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        TestLog.Append(log, 20);
        await log.IntegrateAsync();
        string bundle = test.PathOf("public/tile/entries/000.p/21");
        byte[] bytes = File.ReadAllBytes(bundle);
        bytes[^1] ^= 1;
        File.WriteAllBytes(bundle, bytes);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => GoLog.Check(test, log, [], [], []));
        Assert.Contains("entry 20 isn't the one in the tree", e.Message, StringComparison.Ordinal);
    }
}
