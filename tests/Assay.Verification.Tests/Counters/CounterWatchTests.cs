using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;
using Assay.Verification.Counters;

namespace Assay.Verification.Tests.Counters;

public sealed class CounterWatchTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void AllNumbers_InTheLogsOrder_IsComplete()
    {
        CounterReport report = CounterWatch.Examine([.. new ulong[] { 3, 1, 2 }.Select(n => Sighting(n))], last: Last(3));
        Assert.Empty(report.Findings);
        Assert.Equal((3, 1UL, 3UL, 0UL), (report.Series[0].Receipts, report.Series[0].First, report.Series[0].Last, report.Series[0].Missing));
    }

    [Theory]
    [InlineData("2,3,6", 1, null, "1-1 4-5")]
    [InlineData("2,3,6", 2, 8UL, "4-5 7-8")]
    [InlineData("2,3,6", 7, null, "")]
    [InlineData("2,3,6", 7, 9UL, "7-9")]
    [InlineData("", 1, 2UL, "1-2")]
    [InlineData("18446744073709551615", 1, null, "1-18446744073709551614")]
    public void Gaps_AreRanges(string counters, ulong from, ulong? last, string expected)
    {
        CounterReport report = CounterWatch.Examine([.. counters.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(c => Sighting(ulong.Parse(c, System.Globalization.CultureInfo.InvariantCulture)))],
            from, last is { } end ? Last(end) : null);
        Assert.Equal(expected, string.Join(' ', report.Findings.Where(static f => f.Code == CounterErrors.Missing).Select(static f => $"{f.First}-{f.Last}")));
        Assert.Equal(expected.Length > 0, report.HasGaps);
        Assert.False(report.HasEvidence);
    }

    [Fact]
    public void ACopy_IsNoDuplicate_AndTheOneWithAProofCounts()
    {
        CounterSighting one = Sighting(1);
        CounterReport report = CounterWatch.Examine([one with { LogIndex = null }, one, one with { Source = "copy" }]);
        Assert.Empty(report.Findings);
        Assert.Equal(1, report.Series[0].Receipts);
    }

    [Fact]
    public void TwoReceiptsWithOneCounter_AreEvidence_AndTheFileProvesIt()
    {
        CounterSighting a = Real(5, "a");
        CounterSighting b = Real(5, "b");
        CounterReport report = CounterWatch.Examine([b, a], from: 5);
        CounterFinding finding = Assert.Single(report.Findings, static f => f.Code == CounterErrors.Duplicate);
        Assert.Equal(CounterWeight.Evidence, finding.Weight);
        Assert.Contains(a.Digest.ToString(), finding.Sentence, StringComparison.Ordinal);
        Assert.Contains(b.Digest.ToString(), finding.Sentence, StringComparison.Ordinal);
        byte[] file = CounterConflict.Of(a, b).Encode();
        Assert.Equal(file, CounterConflict.Of(b, a).Encode());
        CounterConflict read = CounterConflict.TryDecode(file, out _)!;
        Assert.Equal(CheckResult.Pass, read.Check(World.Now, out string? error, out CounterSighting? first, out _));
        Assert.Null(error);
        Assert.Equal(5UL, first!.Counter);
        Assert.False(file.AsSpan().IndexOf(World.RequestBody) >= 0);
    }

    [Fact]
    public void WhatIsNoConflict_ProvesNothing()
    {
        CounterSighting five = Real(5, "a");
        Assert.Equal(CheckResult.Fail, CounterConflict.Of(five, five).Check(World.Now, out string? error, out _, out _));
        Assert.Equal(CounterErrors.ConflictNone, error);
        Assert.Equal(CheckResult.Fail, CounterConflict.Of(five, Real(6, "b")).Check(World.Now, out _, out _, out _));
        Assert.Equal(CheckResult.Fail, CounterConflict.Of(five, Real(5, "b", "other")).Check(World.Now, out _, out _, out _));
        using World stranger = new("stranger");
        Assert.Equal(CheckResult.Fail, CounterConflict.Of(five, Real(5, "b", world: stranger)).Check(World.Now, out _, out _, out _));
    }

    [Fact]
    public void AHigherCounterAtALowerPlace_IsEvidence()
    {
        CounterReport report = CounterWatch.Examine([Sighting(1, index: 10), Sighting(2, index: 12), Sighting(3, index: 11), Sighting(4, index: 12)]);
        Assert.Equal(["3", "4"], report.Findings.Where(static f => f.Code == CounterErrors.OutOfOrder).Select(static f => f.Last.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(report.Findings, static f => Assert.Equal(CounterWeight.Evidence, f.Weight));
    }

    [Fact]
    public void KeySets_OneAfterTheOther_IsANote_InTurnIsNot()
    {
        CounterReport rotated = CounterWatch.Examine([Sighting(1), Sighting(2), Sighting(3, keySet: "new")]);
        Assert.Equal((CounterErrors.KeySets, CounterWeight.Note), (rotated.Findings[0].Code, rotated.Findings[0].Weight));
        Assert.False(rotated.HasGaps);
        Assert.True(CounterWatch.Examine([Sighting(1), Sighting(2, keySet: "new"), Sighting(3)]).HasGaps);
    }

    [Fact]
    public void ADuplicateUnderAnotherKeySet_IsNotEvidenceAgainstThisOne()
    {
        CounterReport report = CounterWatch.Examine([Sighting(1), Sighting(1, keySet: "stranger", id: "b")]);
        Assert.False(report.HasEvidence);
        Assert.True(report.HasGaps);
    }

    [Fact]
    public void TwoNodes_AreCountedApart()
    {
        CounterReport report = CounterWatch.Examine([Sighting(1), Sighting(1, id: "b") with { Origin = "other" }]);
        Assert.Empty(report.Findings);
        Assert.Equal(2, report.Series.Count);
    }

    [Fact]
    public void WhatTheNodeSays_IsHeldAgainstWhatItSigned()
    {
        CounterReport report = CounterWatch.Examine([Sighting(1), Sighting(2)], last: Last(1));
        Assert.Equal(CounterErrors.BeyondLast, Assert.Single(report.Findings).Code);
    }

    [Fact]
    public void AReceiptWithoutAPlaceInTheLog_IsAGap()
    {
        CounterReport report = CounterWatch.Examine([Sighting(1) with { LogIndex = null }]);
        Assert.Equal((CounterErrors.Unlogged, true), (Assert.Single(report.Findings).Code, report.HasGaps));
    }

    [Fact]
    public void OnlyWhatIsSignedAndShown_IsASighting()
    {
        byte[] whole = Parts(7, "a").Encode();
        Bundle bundle = Bundle.TryDecode(whole, out _)!;
        Assert.Equal((7UL, 4UL), (Read(whole, "team", out _)!.Counter, Read(whole, "team", out _)!.LogIndex!.Value));
        Assert.Null(Read(whole, "other", out string? error));
        Assert.Equal(CounterErrors.OtherKey, error);
        Assert.Null(Read(bundle.Redact(["model"], out _, out _)!.Encode(), "team", out error));
        Assert.Equal(CounterErrors.KeyHidden, error);
        using World stranger = new("stranger");
        Assert.Null(CounterSightings.Read("x", new VerificationInput { Bundle = whole, Now = World.Now, Trust = stranger.Trust }, "team", out error));
        Assert.Equal(CounterErrors.Unsigned, error);
        using World forger = new("forger");
        BundleParts forged = Parts(7, "a", world: forger);
        forged.KeySet = _world.KeySet.Bytes.ToArray();
        Assert.Null(Read(forged.Encode(), "team", out error));
        Assert.Equal(CounterErrors.Unsigned, error);
    }

    [Fact]
    public void MutatedFiles_ProveNothingNew()
    {
        CounterSighting a = Real(5, "a");
        CounterSighting b = Real(5, "b");
        Digest32[] digests = [a.Digest, b.Digest];
        FuzzSummary summary = FuzzRun.Run([CounterConflict.Of(a, b).Encode()], bytes =>
        {
            if (CounterConflict.TryDecode(bytes, out string? error) is not { } read)
            {
                Assert.NotNull(error);
                return false;
            }

            return true;
        }, oneOf: 4);
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
        byte[] file = CounterConflict.Of(a, b).Encode();
        for (int i = 0; i < file.Length; i += 7)
        {
            byte[] changed = [.. file];
            changed[i] ^= 1;
            if (CounterConflict.TryDecode(changed, out _)?.Check(World.Now, out _, out CounterSighting? first, out CounterSighting? second) == CheckResult.Pass)
            {
                Assert.Contains(first!.Digest, digests);
                Assert.Contains(second!.Digest, digests);
            }
        }
    }

    private static Dictionary<string, ulong> Last(ulong counter) => new() { [World.Origin] = counter };

    // Counter n stands at entry n + 100, by default.
    private CounterSighting Sighting(ulong counter, ulong? index = null, string keySet = "", string id = "") => new(
        $"receipt {counter}", World.Origin, Digest32.Sha256(System.Text.Encoding.UTF8.GetBytes(keySet)), counter,
        Digest32.Sha256(System.Text.Encoding.UTF8.GetBytes($"{counter} {keySet} {id}")), default, index ?? unchecked(counter + 100), null!);

    private BundleParts Parts(ulong counter, string id, string key = "team", World? world = null)
    {
        world ??= _world;
        return world.Parts(world.Answer() with { PartiesApiKey = key }, change: s => s with { Counter = counter, Id = ReceiptId.From(Digest32.Sha256(System.Text.Encoding.UTF8.GetBytes(id)).Bytes[..16]) });
    }

    private CounterSighting Real(ulong counter, string id, string key = "team", World? world = null)
    {
        byte[] bundle = Parts(counter, id, key, world).Encode();
        return CounterSightings.Read(id, new VerificationInput { Bundle = bundle, Now = World.Now, FirstUse = true }, key, out string? error) ?? throw new InvalidOperationException(error);
    }

    private CounterSighting? Read(byte[] bundle, string key, out string? error) => CounterSightings.Read("x", _world.Input(bundle), key, out error);
}
