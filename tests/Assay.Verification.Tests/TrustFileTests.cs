using System.Text;
using Assay.Primitives;
using Assay.Testing;
using Xunit.Abstractions;

namespace Assay.Verification.Tests;

public sealed class TrustFileTests(ITestOutputHelper output) : IDisposable
{
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
    public void TryParse_CommentsBlanksAndCrLf_AreAllowed()
    {
        string digest = new('a', 64);
        TrustFile trust = World.ParseTrust($"# comment\r\n\r\n \t \n  # indented\n\tnode\t {digest.ToUpperInvariant()}  \r\n");

        Assert.Equal([digest], trust.Nodes.Select(static n => n.ToString()));
        Assert.Empty(trust.Logs);
        Assert.Empty(World.ParseTrust("").Nodes);
    }

    [Theory]
    [InlineData("node", TrustErrors.Words, 1)]
    [InlineData("\nlog", TrustErrors.Words, 2)]
    [InlineData("node aa bb", TrustErrors.Words, 1)]
    [InlineData("node aa", TrustErrors.NodeDigest, 1)]
    [InlineData("log example.com", TrustErrors.LogKey, 1)]
    [InlineData("log example.com+00000000+AQ/lr1Czque+XIsEqFtkOlK56fqjRHtbOABLQE5bd/DL", TrustErrors.LogKey, 1)]
    [InlineData("witness w key", TrustErrors.UnknownKind, 1)]
    [InlineData("quorum none", TrustErrors.UnknownKind, 1)]
    [InlineData("Node aa", TrustErrors.UnknownKind, 1)]
    [InlineData("node 00000000000000000000000000000000000000000000000000000000000000aa\nnode 00000000000000000000000000000000000000000000000000000000000000AA", TrustErrors.Repeated, 2)]
    public void TryParse_AnythingElse_IsRefusedWithItsLine(string text, string expected, int expectedLine)
    {
        Assert.Null(TrustFile.TryParse(Encoding.UTF8.GetBytes(text), out string? error, out int line));
        Assert.Equal((expected, expectedLine), (error, line));
    }

    [Fact]
    public void TryParse_Limits_AreKept()
    {
        Assert.Null(TrustFile.TryParse(new byte[TrustFile.MaxLength + 1], out string? error, out _));
        Assert.Equal(TrustErrors.TooLarge, error);
        Assert.Null(TrustFile.TryParse([0xff], out error, out _));
        Assert.Equal(TrustErrors.Utf8, error);

        IEnumerable<string> many = Enumerable.Range(0, TrustFile.MaxStatements + 1).Select(static i => "node " + Digest32.Sha256(BitConverter.GetBytes(i)));
        Assert.Null(TrustFile.TryParse(Encoding.UTF8.GetBytes(string.Join('\n', many)), out error, out _));
        Assert.Equal(TrustErrors.TooLarge, error);
    }

    [Fact]
    public void TryParse_Mutated_NeverThrows()
    {
        byte[] seed = Encoding.UTF8.GetBytes("# trust\n" + TrustFile.LinesFor(_world.KeySet));
        FuzzSummary summary = FuzzRun.Run([seed], static bytes =>
        {
            TrustFile? trust = TrustFile.TryParse(bytes, out string? error, out _);
            Assert.Equal(trust is null, error is not null);
            return trust is not null;
        });
        output.WriteLine(summary.ToString());
    }
}
