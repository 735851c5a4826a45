using System.Text;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Receipts.Tests;

public sealed class LevelTests
{
    [Theory]
    [InlineData("signed", "signed")]
    [InlineData("replay", "replay")]
    [InlineData("tee", "tee")]
    [InlineData("zk", "zk")]
    [InlineData("zk+tee", "tee+zk")]
    [InlineData("zk+replay+tee", "replay+tee+zk")]
    [InlineData("signed+zk", "zk")]
    [InlineData("zk+signed", "zk")]
    public void TryParse_KnownParts_GivesCanonicalText(string text, string canonical)
    {
        Assert.True(VerificationLevel.TryParse(text, out VerificationLevel level, out _));
        Assert.Equal(canonical, level.ToString());
        Assert.Equal(text == canonical, VerificationLevel.TryParseCanonical(text, out _, out string? error));
        Assert.Equal(text == canonical ? null : LevelErrors.NotCanonical, error);
    }

    [Theory]
    [InlineData("", LevelErrors.Empty)]
    [InlineData("Signed", LevelErrors.Unknown)]
    [InlineData("none", LevelErrors.Unknown)]
    [InlineData(" zk", LevelErrors.Unknown)]
    [InlineData("zk+", LevelErrors.Unknown)]
    [InlineData("+zk", LevelErrors.Unknown)]
    [InlineData("tee++zk", LevelErrors.Unknown)]
    [InlineData("tee,zk", LevelErrors.Unknown)]
    [InlineData("zk+zk", LevelErrors.Repeated)]
    [InlineData("signed+signed", LevelErrors.Repeated)]
    public void TryParse_AnythingElse_SaysWhatIsWrong(string text, string expected)
    {
        Assert.False(VerificationLevel.TryParse(text, out VerificationLevel level, out string? error));
        Assert.Equal(expected, error);
        Assert.Equal(VerificationLevel.Signed, level);
    }

    [Fact]
    public void Levels_FormALattice_OfTheirRequirements()
    {
        Assert.Equal(8, VerificationLevel.All.Distinct().Count());
        foreach (VerificationLevel a in VerificationLevel.All)
        {
            Assert.True(a.AtLeast(VerificationLevel.Signed));
            Assert.True(VerificationLevel.TryParseCanonical(a.ToString(), out VerificationLevel back, out _));
            Assert.Equal(a, back);
            foreach (VerificationLevel b in VerificationLevel.All)
            {
                HashSet<Requirement> ra = [.. PolicyDocument.For(a).Requirements];
                HashSet<Requirement> rb = [.. PolicyDocument.For(b).Requirements];
                HashSet<Requirement> joined = [.. PolicyDocument.For(a.Join(b)).Requirements];
                Assert.Equal(ra.IsSupersetOf(rb), a.AtLeast(b));
                Assert.True(joined.SetEquals(ra.Union(rb)));
                Assert.Equal(a.Join(b), b.Join(a));
            }
        }
    }

    [Fact]
    public void Documents_AreTheOnesPrintedInTheSpec()
    {
        string spec = File.ReadAllText(Path.Combine(Oracles.RepositoryRoot, "spec", "levels.md"));
        foreach (string level in new[] { "signed", "replay", "tee", "zk" })
        {
            string line = spec.Split('\n').Single(l => l.StartsWith("    " + level, StringComparison.Ordinal));
            Assert.True(VerificationLevel.TryParse(level, out VerificationLevel parsed, out _));
            Assert.Equal(line.Trim()[level.Length..].Trim(), PolicyDocument.For(parsed).Text);
        }
    }

    [Fact]
    public void Documents_Joined_HaveTheUnionInCanonicalOrder() => Assert.Equal(
        """{"profile":"assay/policy/v1","level":"replay+zk","require":[{"question":"altered","by":["signature"]},{"question":"logged","by":["log"]},{"question":"model","by":["replay"]},{"question":"model","by":["zk"]},{"question":"computed-right","by":["replay"]},{"question":"computed-right","by":["zk"]}],"release":"provisional"}""",
        PolicyDocument.For(VerificationLevel.Replay.Join(VerificationLevel.Zk)).Text);

    [Fact]
    public void Documents_AreFoundByDigestAndBytes_AndNothingElseIs()
    {
        foreach (VerificationLevel level in VerificationLevel.All)
        {
            PolicyDocument document = PolicyDocument.For(level);
            Assert.Equal(level, document.Level);
            Assert.Equal(Digest32.Sha256(document.Bytes), document.Digest);
            Assert.Same(document, PolicyDocument.Find(document.Digest));
            Assert.Same(document, PolicyDocument.TryReadCanonical(document.Bytes));
            Assert.Null(PolicyDocument.TryReadCanonical(Encoding.UTF8.GetBytes(document.Text + "\n")));
        }

        Assert.Null(PolicyDocument.Find(default));
    }

    [Theory]
    [InlineData(1, "1e0")]
    [InlineData(2, "1e1")]
    [InlineData(10, "1e1")]
    [InlineData(11, "1e2")]
    [InlineData(784, "1e3")]
    [InlineData(1_000_000_000_000_000_000, "1e18")]
    [InlineData(long.MaxValue, "1e18")]
    public void SizeBucket_RoundsUpToAPowerOfTen(long elements, string bucket)
    {
        Assert.Equal(bucket, SizeBucket.For(elements));
        Assert.True(SizeBucket.IsKnown(bucket));
    }

    [Theory]
    [InlineData("1e19")]
    [InlineData("1e")]
    [InlineData("1e01")]
    [InlineData("10")]
    [InlineData("")]
    [InlineData("Undisclosed")]
    public void SizeBucket_AnythingElse_IsUnknown(string text) => Assert.False(SizeBucket.IsKnown(text));
}
