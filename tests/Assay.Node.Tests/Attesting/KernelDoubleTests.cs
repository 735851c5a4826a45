using Assay.Attestation;
using Assay.Client;
using Assay.Node.Attesting;
using Assay.Node.Tests.Attesting.Tsm;
using Assay.Receipts;
using Assay.Testing.Attestation;
using Assay.Verification;

namespace Assay.Node.Tests.Attesting;

/// <summary>
/// Whole nodes with doubles of the kernel's interfaces and synthetic roots: ask, appraise, verify offline, refuse. What the doubles do is
/// written from the kernel's sources; no hardware is behind them.
/// </summary>
public sealed class KernelDoubleTests : IDisposable
{
    private static readonly ShiftedClock Clock = new(SyntheticPki.At);
    private static readonly NitroPki Nitro = new(SyntheticPki.At);
    private static readonly SnpPki Genoa = new("Genoa");
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-double-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nitro_TheWholeWay()
    {
        NsmDouble module = new(Nitro, Clock.GetUtcNow);
        string registers = string.Join(',', Enumerable.Range(0, 3).Select(i => $"\"pcr{i}\":\"{Convert.ToHexStringLower(module.Registers[i])}\""));
        AttestationPolicy policy = Simulated.Read(Policy("production", "third-party-hosted", "aws-nitro", registers, ""));
        await TheWholeWayAsync(new NsmAttester(new DoubledNsm(module)), new TrustAnchors { AwsNitro = [Nitro.Root.Der] }, policy, Grade.ThirdPartyHosted);
    }

    [Fact]
    public async Task Snp_TheWholeWay()
    {
        AttestationPolicy policy = Simulated.Read(Policy("production", "operator-held", "amd-sev-snp", SnpRegisters, "\"accept\":[\"snp/no-crl\"]"));
        await TheWholeWayAsync(Snp(), Genoa.Anchors, policy, Grade.OperatorHeld);
    }

    [Fact]
    public async Task ADebugEnclave_DoesntStart_WhateverThePolicyNames()
    {
        NsmDouble module = new(Nitro, Clock.GetUtcNow, debug: true);
        string registers = string.Join(',', Enumerable.Range(0, 3).Select(static i => $"\"pcr{i}\":\"{new string('1', 96)}\""));
        AttestationException refused = await Assert.ThrowsAsync<AttestationException>(() => StartAsync(
            new NsmAttester(new DoubledNsm(module)), new TrustAnchors { AwsNitro = [Nitro.Root.Der] }, Simulated.Read(Policy("production", "third-party-hosted", "aws-nitro", registers, ""))));
        Assert.Equal(AttesterErrors.NotAccepted, refused.Code);
        Assert.Contains("nitro/debug", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALookAlikesRoot_DoesntStart_UnderTheVendorsOwn()
    {
        AttestationPolicy policy = Simulated.Read(Policy("production", "operator-held", "amd-sev-snp", SnpRegisters, "\"accept\":[\"snp/no-crl\"]"));
        AttestationException refused = await Assert.ThrowsAsync<AttestationException>(() => StartAsync(Snp(), TrustAnchors.BuiltIn, policy));
        Assert.Contains(StepCodes.Chain, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AGuestThatNobodySaysAThirdPartyHolds_IsntThirdPartyHosted()
    {
        AttestationPolicy policy = Simulated.Read(Policy("production", "third-party-hosted", "amd-sev-snp", SnpRegisters, "\"accept\":[\"snp/no-crl\"]"));
        AttestationException refused = await Assert.ThrowsAsync<AttestationException>(() => StartAsync(Snp(), Genoa.Anchors, policy));
        Assert.Contains(StepCodes.Platform, refused.Message, StringComparison.Ordinal);
    }

    private static string SnpRegisters => $"\"measurement\":\"{Convert.ToHexStringLower(Genoa.Report.Measurement)}\"";

    private static TsmAttester Snp()
    {
        byte[] table = TsmTables.Of(true, (TsmTables.Ask, Genoa.Ask.Der), (TsmTables.Vcek, Genoa.Issue(Genoa.Vcek)));
        TsmDouble kernel = new("sev_guest", (data, level) => ((Genoa.Report with { ReportData = data, Vmpl = level }).Sign(Genoa.VekKey), table));
        return TsmAttester.TryOpen(out AttesterError? error, new DoubledTsm(kernel)) ?? throw new InvalidOperationException(error!.Text);
    }

    private static string Policy(string name, string grade, string type, string registers, string rules) =>
        $"{{\"profile\":\"assay/attestation-policy/v1\",\"name\":\"{name}\",\"version\":1,\"grades\":[\"{grade}\"],\"builds\":[{{\"name\":\"ours\",\"type\":\"{type}\",\"measurements\":{{{registers}}}}}],\"types\":{{\"{type}\":{{{rules}}}}}}}";

    private Task<NodeFixture> StartAsync(IAttester attester, TrustAnchors anchors, AttestationPolicy policy) => NodeFixture.StartAsync(
        attester: attester, anchors: anchors, time: Clock, options: options => options with { Attest = AttestMode.Auto, AttestationPolicyFile = Simulated.Write(_folder, policy.Text) });

    private async Task TheWholeWayAsync(IAttester attester, TrustAnchors anchors, AttestationPolicy policy, Grade grade)
    {
        await using NodeFixture node = await StartAsync(attester, anchors, policy);
        AttestationTrust trust = new() { Policies = [policy], Anchors = anchors };
        CheckOptions check = new() { Trust = node.Trust, Attestation = trust, Replayer = new ProgramReplayer([TestModels.Tiny()]) };
        CheckedAnswer answer = await node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, check, CancellationToken.None);
        Assert.Equal(Outcome.Met, (await node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee.Join(VerificationLevel.Replay), check, CancellationToken.None)).Verdict.Outcome);

        // Offline, a month later, from the bundle alone.
        VerificationInput offline = new() { Bundle = answer.Answer.Bundle, Trust = node.Trust, Require = VerificationLevel.Tee, Attestation = trust, Now = Clock.GetUtcNow().AddDays(30) };
        Assert.Equal(Outcome.Met, Verifier.Verify(offline).Outcome);
        foreach (AttestationTrust refusing in new[] { AttestationTrust.None, trust with { Anchors = TrustAnchors.BuiltIn }, trust with { Policies = [Simulated.Production] }, trust with { Policies = [Simulated.Another(NodeVersion.Build).PolicyOfItsOwn()] } })
        {
            Assert.Equal(Outcome.PolicyNotMet, Verifier.Verify(offline with { Attestation = refusing }).Outcome);
        }

        // Before it asks, with a nonce of its own.
        byte[] nonce = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];
        AttestationFile fresh = AttestationFile.TryDecode(await node.Client.GetAsync($".well-known/assay/attestation?nonce={Convert.ToHexStringLower(nonce)}", CancellationToken.None), out _)!;
        Appraisal appraisal = Appraiser.Appraise(new AppraisalInput
        {
            Evidence = fresh.Evidence,
            Policies = [policy],
            Times = AppraisalTimes.Of(Clock.GetUtcNow()),
            Collateral = fresh.Material.Collateral,
            Anchors = anchors,
            Expected = new BindingExpectation { Nonce = nonce, Node = node.Host.Identity.KeySet.Digest },
        });
        Assert.Equal((AppraisalOutcome.Accepted, grade), (appraisal.Outcome, appraisal.Grade));
    }
}
