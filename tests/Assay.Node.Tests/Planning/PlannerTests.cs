using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly ModelTerms Open = new("digits", "entertainment", null, WeightsPublic: true);
    private static readonly ModelTerms Private = Open with { WeightsPublic = false };

    [Theory]
    [InlineData("signed", null, null, "signed")]
    [InlineData(null, "replay", null, "replay")]
    [InlineData(null, null, "replay", "replay")]
    [InlineData("replay", "replay", "replay", "replay")]
    [InlineData("signed+replay", "replay", null, "replay")]
    public void AgreeingSources_GiveTheLevel(string? body, string? header, string? suffix, string expected)
    {
        NodeError? error = Planner.TryPlan(new LevelRequest(body, header, suffix), ApiKey.Anonymous, Open, null, PolicyCapabilities.None, out Plan? plan);
        Assert.Null(error);
        Assert.Equal(expected, plan!.Level.ToString());
        Assert.Equal(LevelSource.Request, plan.Source);
    }

    [Fact]
    public void Contradiction_IsRefused()
    {
        NodeError? error = Planner.TryPlan(new LevelRequest("signed", "replay", null), ApiKey.Anonymous, Open, null, PolicyCapabilities.None, out Plan? plan);
        Assert.Equal((400, "verification_contradiction"), (error!.Status, error.Code));
        Assert.Null(plan);
    }

    [Theory]
    [InlineData("best")]
    [InlineData("")]
    [InlineData("zk+")]
    [InlineData("SIGNED")]
    public void UnknownLevel_IsRefused(string level) =>
        Assert.Equal("verification_unknown", Planner.TryPlan(new LevelRequest(level, null, null), ApiKey.Anonymous, Open, VerificationLevel.Signed, PolicyCapabilities.None, out _)!.Code);

    [Theory]
    [InlineData("tee")]
    [InlineData("zk")]
    [InlineData("tee+zk")]
    [InlineData("replay+zk")]
    public void WhatThisNodeCannotDo_Is422WithAlternatives(string level)
    {
        NodeError? error = Planner.TryPlan(new LevelRequest(level, null, null), ApiKey.Anonymous, Open, null, PolicyCapabilities.None, out Plan? plan);
        Assert.Equal((422, "verification_unsatisfiable"), (error!.Status, error.Code));
        Assert.Equal(["signed", "replay"], error.Alternatives);
        Assert.Null(plan);
    }

    [Fact]
    public void AttestedHardware_AddsTee_ToWhateverTheModelHas()
    {
        ModelTerms attested = Open with { NoTee = null };
        Assert.Equal(["signed", "replay", "tee", "replay+tee"], attested.Available);
        Assert.Equal(["signed", "tee"], (attested with { IsExact = false }).Available);
        Assert.Equal(["signed", "tee"], (attested with { WeightsPublic = false }).Available);
        Assert.Equal(["signed", "replay", "tee", "zk", "replay+tee", "replay+zk", "tee+zk", "replay+tee+zk"], (attested with { ProofBits = 100 }).Available);
        Assert.Null(Planner.TryPlan(new LevelRequest("tee", null, null), ApiKey.Anonymous, attested, null, PolicyCapabilities.None, out Plan? plan));
        Assert.Contains("operator/read", plan!.Uncovered);
        NodeError error = Planner.TryPlan(new LevelRequest("tee+zk", null, null), ApiKey.Anonymous, attested, null, PolicyCapabilities.None, out _)!;
        Assert.Equal(["signed", "replay", "tee", "replay+tee"], error.Alternatives);
    }

    [Fact]
    public void ReplayOfPrivateWeights_IsRefused()
    {
        NodeError? error = Planner.TryPlan(new LevelRequest("replay", null, null), ApiKey.Anonymous, Private, null, PolicyCapabilities.None, out _);
        Assert.Equal("verification_unsatisfiable", error!.Code);
        Assert.Equal(["signed"], error.Alternatives);
        Assert.Contains("weights", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MinimumOfKeyOrModel_CanOnlyBeRaised()
    {
        ApiKey strict = new("bank", VerificationLevel.Replay);
        ModelTerms strictModel = Open with { MinimumLevel = VerificationLevel.Replay };
        Assert.Equal("verification_below_minimum", Planner.TryPlan(new LevelRequest("signed", null, null), strict, Open, null, PolicyCapabilities.None, out _)!.Code);
        Assert.Equal("verification_below_minimum", Planner.TryPlan(new LevelRequest("signed", null, null), ApiKey.Anonymous, strictModel, null, PolicyCapabilities.None, out _)!.Code);
        Assert.Null(Planner.TryPlan(new LevelRequest("replay", null, null), strict, strictModel, null, PolicyCapabilities.None, out _));
    }

    [Fact]
    public void NobodySaysAnything_TheStrictestRuleCounts_AndTheSourceSaysWhose()
    {
        ApiKey key = new("team", VerificationLevel.Replay);
        Assert.Null(Planner.TryPlan(default, key, Open, VerificationLevel.Signed, PolicyCapabilities.None, out Plan? byKey));
        Assert.Equal(("replay", LevelSource.Key), (byKey!.Level.ToString(), byKey.Source));
        Assert.Null(Planner.TryPlan(default, ApiKey.Anonymous, Open with { MinimumLevel = VerificationLevel.Replay }, VerificationLevel.Signed, PolicyCapabilities.None, out Plan? byModel));
        Assert.Equal(("replay", LevelSource.Model), (byModel!.Level.ToString(), byModel.Source));
        Assert.Null(Planner.TryPlan(default, ApiKey.Anonymous, Open, VerificationLevel.Signed, PolicyCapabilities.None, out Plan? byNode));
        Assert.Equal(("signed", LevelSource.NodeDefault), (byNode!.Level.ToString(), byNode.Source));
        Assert.Equal("verification_required", Planner.TryPlan(default, ApiKey.Anonymous, Open, null, PolicyCapabilities.None, out _)!.Code);
    }

    [Fact]
    public void AKeysMinimumThatTheModelCannotMeet_IsRefused_NeverLowered()
    {
        ApiKey key = new("lab", VerificationLevel.Zk);
        NodeError? error = Planner.TryPlan(default, key, Open, VerificationLevel.Signed, PolicyCapabilities.None, out Plan? plan);
        Assert.Equal("verification_unsatisfiable", error!.Code);
        Assert.Null(plan);
    }

    [Fact]
    public void ADecisionWithSignedOnly_IsCalledOut()
    {
        ModelTerms decision = Open with { DeclaredUse = "decision" };
        Planner.TryPlan(new LevelRequest("signed", null, null), ApiKey.Anonymous, decision, null, PolicyCapabilities.None, out Plan? signed);
        Planner.TryPlan(new LevelRequest("replay", null, null), ApiKey.Anonymous, decision, null, PolicyCapabilities.None, out Plan? replay);
        Assert.Contains("decision/unchecked", signed!.Uncovered);
        Assert.DoesNotContain("decision/unchecked", replay!.Uncovered);
    }
}
