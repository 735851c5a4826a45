using System.Text;
using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Planning;

public sealed class PolicyPlanTests
{
    private const string ByReplay = """{"require":[{"question":"computed-right","by":["replay","zk"]}],"release":"provisional"}""";
    private static readonly ModelTerms Open = new("digits", "decision", null, WeightsPublic: true);

    [Fact]
    public void APolicyThatCanBeMet_IsPlanned_WithItsImpliedLevel()
    {
        Assert.Null(TryPlan(ByReplay, Open, out Plan? plan));
        Assert.Equal(VerificationLevel.Signed, plan!.Level);
        Assert.Equal(LevelSource.Request, plan.Source);
        Assert.Equal(Read(ByReplay).Digest, plan.Policy.Digest);
        Assert.Equal(["model/asserted", "operator/read", "log/no-witness", "answer/truth"], plan.Uncovered);
    }

    [Theory]
    [InlineData("""{"require":[{"question":"computed-right","by":["zk"]}]}""", "signed")]
    [InlineData("""{"require":[{"question":"logged","witnesses":2,"within":"10s"}]}""", "signed")]
    [InlineData("""{"require":[{"question":"operator-read"}]}""", "signed")]
    [InlineData("""{"require":[{"question":"paid"}]}""", "signed")]
    [InlineData("""{"require":[{"question":"model","by":["replay"],"peers":["1111111111111111111111111111111111111111111111111111111111111111"]},{"question":"computed-right","by":["replay"]}],"release":"provisional"}""", "replay")]
    [InlineData("""{"require":[{"question":"model","by":["replay"]},{"question":"computed-right","by":["replay"]}]}""", "replay")]
    public void WhatCannotBeMet_Is422_WithTheNearestThatCan(string policy, string nearest)
    {
        NodeError? error = TryPlan(policy, Open, out Plan? plan);
        Assert.Equal((422, "verification_unsatisfiable"), (error!.Status, error.Code));
        Assert.Equal(nearest, error.Alternatives[0]);
        Assert.Null(plan);
    }

    [Fact]
    public void Alternatives_KeepWhatCanBeMet_AndCanBePlannedThemselves()
    {
        NodeError error = TryPlan("""{"require":[{"question":"computed-right","by":["replay","zk"],"minSoundnessBits":100},{"question":"operator-read"}],"deadline":"30s"}""", Open, out _)!;
        Assert.Equal("""{"profile":"assay/policy/v1","require":[{"question":"altered","by":["signature"]},{"question":"logged","by":["log"]},{"question":"computed-right","by":["replay"]}],"release":"provisional","deadline":"30s"}""", error.Alternatives[0]);
        foreach (string alternative in error.Alternatives.Where(static a => a[0] == '{'))
        {
            Assert.Null(TryPlan(alternative, Open, out _));
        }
    }

    [Fact]
    public void PrivateWeights_LeaveNoReplay() =>
        Assert.Equal("verification_unsatisfiable", TryPlan(ByReplay, Open with { WeightsPublic = false }, out _)!.Code);

    [Fact]
    public void APolicy_MayOnlyRaiseTheMinimum()
    {
        NodeError error = TryPlan(ByReplay, Open with { MinimumLevel = VerificationLevel.Replay }, out _)!;
        Assert.Equal((422, "verification_below_minimum"), (error.Status, error.Code));
        Assert.Equal("replay", Assert.Single(error.Alternatives));
        Assert.Equal("verification_below_minimum", Planner.TryPlan(new LevelRequest(null, null, null, Read(ByReplay)), new ApiKey("k", VerificationLevel.Replay), Open, null, PolicyCapabilities.None, out _)!.Code);
    }

    [Theory]
    [InlineData("signed", null)]
    [InlineData("replay", "verification_contradiction")]
    public void LevelsSaidElsewhere_MustBeTheImpliedOne(string header, string? code)
    {
        Assert.Equal(code, Planner.TryPlan(new LevelRequest(null, header, null, Read(ByReplay)), ApiKey.Anonymous, Open, null, PolicyCapabilities.None, out _)?.Code);
        Assert.Equal(code, Planner.TryPlan(new LevelRequest(null, null, header, Read(ByReplay)), ApiKey.Anonymous, Open, null, PolicyCapabilities.None, out _)?.Code);
    }

    [Fact]
    public void TheShortFormWrittenOut_IsTheLevel()
    {
        Assert.Null(TryPlan(PolicyDocument.For(VerificationLevel.Replay).Text, Open, out Plan? plan));
        Assert.Same(PolicyDocument.For(VerificationLevel.Replay), plan!.Policy);
        Assert.Equal(["tee"], new[] { TryPlan(PolicyDocument.For(VerificationLevel.Tee).Text, Open, out _)!.Code == "verification_unsatisfiable" ? "tee" : "" });
    }

    [Fact]
    public void Tee_IsPlannedWhereThereIsHardware_AndSecrecyOnlyOfEncryptedRequests()
    {
        PolicyCapabilities attested = new() { Bases = [Basis.Tee] };
        PolicyDocument model = Read("""{"require":[{"question":"model","by":["tee"]}]}""");
        PolicyDocument secret = Read("""{"require":[{"question":"operator-read"}]}""");
        Assert.Null(Planner.TryPlan(new LevelRequest(null, null, null, model), ApiKey.Anonymous, Open, null, attested, out _));
        Assert.Contains("no attested hardware", Planner.TryPlan(new LevelRequest(null, null, null, model), ApiKey.Anonymous, Open, null, PolicyCapabilities.None, out _)!.Message, StringComparison.Ordinal);
        Assert.Contains("encrypted", Planner.TryPlan(new LevelRequest(null, null, null, secret), ApiKey.Anonymous, Open, null, attested, out _)!.Message, StringComparison.Ordinal);
        Assert.Null(Planner.TryPlan(new LevelRequest(null, null, null, secret), ApiKey.Anonymous, Open, null, attested with { Confidential = true }, out Plan? plan));
        Assert.DoesNotContain("operator/read", plan!.Uncovered);
    }

    [Fact]
    public void WhatASourceCanBring_IsPlannedBeforeRelease()
    {
        PolicyCapabilities source = new() { Bases = [Basis.Zk], SoundnessBits = int.MaxValue };
        PolicyDocument policy = Read("""{"require":[{"question":"computed-right","by":["zk"],"minSoundnessBits":100}]}""");
        Assert.Null(Planner.TryPlan(new LevelRequest(null, null, null, policy), ApiKey.Anonymous, Open, null, source, out _));
    }

    [Theory]
    [InlineData("1122", 2, "AfterEvidence", null)]
    [InlineData("1122", 1, "Provisional", null)]
    [InlineData("1133", 1, "AfterEvidence", null)]
    [InlineData("1133", 2, "AfterEvidence", "this node knows 1 of them")]
    [InlineData("3344", 1, "AfterEvidence", "this node knows 0 of them")]
    [InlineData("1133", 2, "Provisional", "this node knows 1 of them")]
    public void NamedPeers_MustBeKnown_AsManyAsAreWanted(string named, int atLeast, string release, string? why)
    {
        PolicyCapabilities source = new() { Bases = [Basis.Replay], Peers = [Peer('1'), Peer('2')] };
        PolicyDocument policy = Read($$"""{"require":[{"question":"computed-right","by":["replay"],"atLeast":{{atLeast}},"peers":["{{Peer(named[0])}}","{{Peer(named[2])}}"]}],"release":"{{(release == "Provisional" ? "provisional" : "after-evidence")}}"}""");
        NodeError? error = Planner.TryPlan(new LevelRequest(null, null, null, policy), ApiKey.Anonymous, Open, null, source, out _);
        if (why is null)
        {
            Assert.Null(error);
            return;
        }

        // The nearest is what is left of the demand by the peers that there are; it can be planned.
        Assert.Equal((422, "verification_unsatisfiable"), (error!.Status, error.Code));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Equal(named[0] == '1', error.Alternatives[0].Contains($"\"peers\":[\"{Peer('1')}\"],\"atLeast\":1", StringComparison.Ordinal));
        Assert.Null(Planner.TryPlan(new LevelRequest(null, null, null, Read(error.Alternatives[0])), ApiKey.Anonymous, Open, null, source, out _));

        static Primitives.Digest32 Peer(char digit) => Primitives.Digest32.From(Convert.FromHexString(new string(digit, 64)));
    }

    [Fact]
    public void Peers_AreNoUseForPrivateWeights_AsLongAsNoneIsKnown() =>
        Assert.Contains("keeps private", TryPlan("""{"require":[{"question":"computed-right","by":["replay"]}]}""", Open with { WeightsPublic = false }, out _)!.Message, StringComparison.Ordinal);

    private static NodeError? TryPlan(string policy, ModelTerms model, out Plan? plan) =>
        Planner.TryPlan(new LevelRequest(null, null, null, Read(policy)), ApiKey.Anonymous, model, null, PolicyCapabilities.None, out plan);

    private static PolicyDocument Read(string text) => PolicyDocument.TryRead(Encoding.UTF8.GetBytes(text), out _)!;
}
