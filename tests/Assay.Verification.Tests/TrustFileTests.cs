using System.Text;
using System.Text.Json;
using Assay.Primitives;
using Assay.Testing;
using Xunit.Abstractions;

namespace Assay.Verification.Tests;

public sealed class TrustFileTests(ITestOutputHelper output) : IDisposable
{
    private static readonly JsonElement Vectors = JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "trust", "files.json"))).RootElement.GetProperty("vectors");

    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void TryParse_LinesForAKeySet_TrustsIt()
    {
        TrustFile trust = World.ParseTrust(TrustFile.LinesFor(_world.KeySet));
        using World other = new("other");

        Assert.True(trust.TrustsNode(_world.KeySet.Digest));
        Assert.True(trust.TrustsLog(_world.KeySet));
        Assert.False(trust.TrustsNode(other.KeySet.Digest));
        Assert.False(trust.TrustsLog(other.KeySet));
    }

    [Fact]
    public void TryParse_EveryVector_IsReadAsItSays()
    {
        foreach (JsonElement vector in Vectors.EnumerateArray())
        {
            string name = vector.GetProperty("name").GetString()!;
            TrustFile? trust = TrustFile.TryParse(Encoding.UTF8.GetBytes(Text(vector)), out string? error, out int line);
            Assert.Equal((name, vector.GetProperty("error").GetString(), vector.GetProperty("line").GetInt32()), (name, error, line));
            Assert.Equal(error is null, trust is not null);
            if (!vector.TryGetProperty("quorums", out JsonElement quorums))
            {
                continue;
            }

            foreach (JsonElement quorum in quorums.EnumerateArray())
            {
                Dictionary<string, long> cosigned = quorum.GetProperty("cosigned").EnumerateObject().ToDictionary(static p => p.Name, static p => p.Value.GetInt64());
                long? expected = quorum.GetProperty("time").ValueKind == JsonValueKind.Null ? null : quorum.GetProperty("time").GetInt64();
                Assert.Equal((name, expected), (name, trust!.QuorumTime(cosigned)));
            }
        }
    }

    [Fact]
    public void TryParse_EveryStatement_IsKept()
    {
        TrustFile trust = World.ParseTrust(string.Concat(new[] { "log-with-address", "c2sp-example", "parties", "ends" }
            .Select(static name => Vectors.EnumerateArray().First(v => v.GetProperty("name").GetString() == name)).Select(Text)
            .Select(static (text, i) => i == 1 ? text[text.IndexOf('\n', StringComparison.Ordinal)..] : text)));

        Assert.Equal(["https://log.example/one", "http://[::1]:8080/"], trust.Logs.Select(static l => l.Url));
        Assert.Equal(["w1", "w2", "w3", "w4", "w5", "w6"], trust.Witnesses.Select(static w => w.Name));
        Assert.Equal(["X-witnesses 2 w1 w2 w3", "Y-witnesses 1 w4 w5 w6", "X-and-Y 2 X-witnesses Y-witnesses"], trust.Groups.Select(static g => $"{g.Name} {g.Threshold} {string.Join(' ', g.Members)}"));
        Assert.Equal("X-and-Y", trust.Quorum);
        Assert.Equal(["r1", "r2"], trust.Replayers.Select(static p => p.Name));
        Assert.Equal(["a1"], trust.Auditors.Select(static p => p.Name));
        Assert.Equal([true, false, false, true], trust.Ends.Select(static e => e.Revoked));
        Assert.Equal("2024-02-29T23:59:59", trust.Ends[1].At.ToString("s", null));
    }

    [Fact]
    public void QuorumTime_IsTheEarliestTimeAtWhichTheQuorumIsMet()
    {
        TrustFile trust = World.ParseTrust(Text(Vectors.EnumerateArray().First(static v => v.GetProperty("name").GetString() == "c2sp-example")));
        Random random = new(3);
        for (int run = 0; run < 2000; run++)
        {
            Dictionary<string, long> cosigned = trust.Witnesses.Where(_ => random.Next(4) > 0).ToDictionary(static w => w.Name, _ => (long)random.Next(1, 6));
            bool MetBy(long time)
            {
                int Count(string first) => cosigned.Count(c => string.CompareOrdinal(c.Key, first) >= 0 && string.CompareOrdinal(c.Key, first[0] + ((char)(first[1] + 2)).ToString()) <= 0 && c.Value <= time);
                return Count("w1") >= 2 && Count("w4") >= 1;
            }

            long? expected = Enumerable.Range(1, 6).Select(static t => (long?)t).FirstOrDefault(t => MetBy(t!.Value));
            Assert.Equal(expected, trust.QuorumTime(cosigned));
        }
    }

    [Fact]
    public void Read_SeveralBadLines_ReportsEach()
    {
        Assert.Null(TrustFile.Read("node a\nlog b\n\nquorum w\nwatch c\n"u8, out IReadOnlyList<TrustProblem> problems));
        Assert.Equal([(TrustErrors.NodeDigest, 1), (TrustErrors.LogKey, 2), (TrustErrors.Undefined, 4), (TrustErrors.UnknownKind, 5)], problems.Select(static p => (p.Code, p.Line)));

        Assert.Null(TrustFile.Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("nonsense\n", 1000))), out problems));
        Assert.Equal(100, problems.Count);
    }

    [Fact]
    public void TryParse_Limits_AreKept()
    {
        Assert.Null(TrustFile.TryParse(new byte[TrustFile.MaxLength + 1], out string? error, out _));
        Assert.Equal(TrustErrors.TooLarge, error);
        Assert.Null(TrustFile.TryParse([0xff], out error, out _));
        Assert.Equal(TrustErrors.Utf8, error);

        static byte[] Nodes(int count) => Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, count).Select(static i => "node " + Digest32.Sha256(BitConverter.GetBytes(i)))));
        Assert.NotNull(TrustFile.TryParse(Nodes(TrustFile.MaxStatements), out _, out _));
        Assert.Null(TrustFile.TryParse(Nodes(TrustFile.MaxStatements + 1), out error, out int line));
        Assert.Equal((TrustErrors.TooLarge, TrustFile.MaxStatements + 1), (error, line));
        Assert.NotNull(TrustFile.TryParse(Encoding.UTF8.GetBytes(new string('\n', TrustFile.MaxLength)), out _, out _));
    }

    [Fact]
    public void TryParse_Mutated_NeverThrows()
    {
        byte[][] seeds = [.. Vectors.EnumerateArray().Where(static v => v.GetProperty("error").ValueKind == JsonValueKind.Null).Select(Text).Where(static t => t.Length > 0).Select(Encoding.UTF8.GetBytes)];
        Dictionary<string, long> all = Enumerable.Range(1, 6).ToDictionary(static i => "w" + i, static i => (long)i);
        FuzzSummary summary = FuzzRun.Run(seeds, bytes =>
        {
            TrustFile? trust = TrustFile.TryParse(bytes, out string? error, out _);
            Assert.Equal(trust is null, error is not null);
            trust?.QuorumTime(all);
            return trust is not null;
        }, oneOf: 4);
        output.WriteLine(summary.ToString());
    }

    private static string Text(JsonElement vector) => vector.GetProperty("text").GetString()!;
}
