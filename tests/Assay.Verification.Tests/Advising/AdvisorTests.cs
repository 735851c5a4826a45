using System.Text.Json;
using Assay.Receipts;
using Assay.Verification.Advising;

namespace Assay.Verification.Tests.Advising;

public sealed class AdvisorTests
{
    private static readonly LevelOffer[] Today =
    [
        new(VerificationLevel.Signed, true, 1, 0),
        new(VerificationLevel.Replay, true, 2, 0),
        new(VerificationLevel.Tee, false, null, 0),
        new(VerificationLevel.Zk, false, null, 0),
    ];

    private static readonly LevelOffer[] Everything =
    [
        new(VerificationLevel.Signed, true, 1, 0.001m),
        new(VerificationLevel.Replay, true, 5, 0.002m),
        new(VerificationLevel.Tee, true, 2, 0.004m),
        new(VerificationLevel.Zk, true, 400, 0.010m),
    ];

    private static Advice Ask(LevelOffer[] offers, params Threat[] threats) => Advisor.Advise(new AdviceRequest(threats, null, null, null), offers);

    [Fact]
    public void TheTable_HasEveryThreatAndLevelOnce()
    {
        foreach (Threat threat in Enum.GetValues<Threat>())
        {
            foreach (VerificationLevel level in new[] { VerificationLevel.Signed, VerificationLevel.Replay, VerificationLevel.Tee, VerificationLevel.Zk })
            {
                Assert.Single(CoverageTable.Cells, c => c.Threat == threat && c.Level == level);
            }
        }
    }

    [Fact]
    public void Denial_NeedsNoMoreThanSigned() => Assert.Equal("signed", Ask(Everything, Threat.Denial).Recommended.Level.ToString());

    [Fact]
    public void AModelSwap_NeedsTheCheapestIndependentCheck() => Assert.Equal("replay", Ask(Everything, Threat.ModelSwap).Recommended.Level.ToString());

    [Fact]
    public void ReadingAndHardware_NeedTwoLevelsTogether()
    {
        Advice advice = Ask(Everything, Threat.InputReading, Threat.HardwareAccess);
        Assert.Equal("replay+tee", advice.Recommended.Level.ToString());
        Assert.True(advice.Recommended.CoversAll);
        Assert.Equal(0.007m, advice.Recommended.Price);
        Assert.Equal(5, advice.Recommended.Milliseconds);
    }

    [Fact]
    public void WhatIsMissingToday_IsRecommendedButNotCalledAvailable()
    {
        Advice advice = Ask(Today, Threat.InputReading);
        Assert.Equal("tee", advice.Recommended.Level.ToString());
        Assert.False(advice.Recommended.Available);
        Assert.True(advice.AvailableNow.Available);
        Assert.Contains(advice.AvailableNow.Left, static c => c.Threat == Threat.InputReading);
    }

    [Fact]
    public void AnUnmeasuredTime_IsNeverWithinALimit()
    {
        Advice advice = Advisor.Advise(new AdviceRequest([Threat.ModelSwap], null, 1000, null), Today);
        Assert.All(advice.All.Where(static a => a.Milliseconds is null), static a => Assert.False(a.WithinLimits));
        Assert.Equal("replay", advice.AvailableNow.Level.ToString());
    }

    [Fact]
    public void ABudgetThatNothingMeets_IsSaid()
    {
        Advice advice = Advisor.Advise(new AdviceRequest([Threat.ModelSwap], null, 0.5, null), Today);
        Assert.Contains(advice.Warnings, static w => w.Contains("time and price", StringComparison.Ordinal));
    }

    [Fact]
    public void DocsLevels_PrintsTheTable()
    {
        string docs = File.ReadAllText(Path.Combine(Assay.Testing.Oracles.RepositoryRoot, "docs", "levels.md"));
        foreach (CoverageTable.Cell cell in CoverageTable.Cells)
        {
            Assert.Contains($"| `{CoverageTable.Code(cell.Threat)}` | `{cell.Level}` | {cell.Coverage.ToString().ToLowerInvariant()} | {cell.Because} |", docs, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"threats":["model-swap"]}""", true)]
    [InlineData("""{"threats":["model-swap","denial"],"value":5,"maxMilliseconds":10,"maxPrice":0.1,"model":"digits"}""", true)]
    [InlineData("""{"threats":[]}""", false)]
    [InlineData("""{"threats":["aliens"]}""", false)]
    [InlineData("""{"threats":["denial","denial"]}""", false)]
    [InlineData("""{"threats":["denial"],"value":-1}""", false)]
    [InlineData("""{"threats":["denial"],"hurry":true}""", false)]
    [InlineData("""[]""", false)]
    public void Requests_AreClosed(string json, bool readable)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(readable, AdviceJson.TryRead(document.RootElement) is not null);
    }
}
