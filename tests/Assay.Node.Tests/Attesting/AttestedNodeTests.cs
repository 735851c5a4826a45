using System.Text.Json;
using Assay.Attestation;
using Assay.Client;
using Assay.Node.Attesting;
using Assay.Node.Tests.Floats;
using Assay.Receipts;
using Assay.Testing;
using Assay.Verification;

namespace Assay.Node.Tests.Attesting;

/// <summary>A whole node with the simulator: what it offers, endorses, logs and says.</summary>
public sealed class AttestedNodeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-attested-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tee")]
    [InlineData("replay+tee")]
    public async Task AnAnswer_ComesWithAnEndorsement_WhoseEvidenceHolds(string level)
    {
        await using NodeFixture node = await Simulated.StartAsync();
        Assert.True(VerificationLevel.TryParse(level, out VerificationLevel asked, out _));
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], asked, CancellationToken.None);
        (AttachedEndorsement item, Appraisal appraisal) = Simulated.Appraised(answer.Bundle, Simulated.PolicyOf(node));
        Assert.Equal((AppraisalOutcome.Accepted, Grade.Simulated, NodeVersion.Build), (appraisal.Outcome, appraisal.Grade, appraisal.Build));
        Assert.Equal(Bundle.TryDecode(answer.Bundle, out _)!.Envelope.Digest, item.Endorsement.Receipt);
        Assert.Equal([Question.Model, Question.ComputedRight], item.Endorsement.Questions.AsEnumerable());
        Assert.Null(item.Endorsement.Verify());
        Assert.NotNull(item.LogProof);
        Assert.NotEqual(node.Host.Identity.KeySet.ReceiptKey, item.Endorsement.Issuer);

        // Nobody else's policy takes it for hardware.
        Assert.Equal(AppraisalOutcome.Rejected, Simulated.Appraised(answer.Bundle, Simulated.Production).Appraisal.Outcome);
    }

    [Theory]
    [InlineData("tee")]
    [InlineData("replay+tee")]
    public async Task TheClient_ReleasesWhatItsOwnPolicyAccepts_AndNothingElse(string level)
    {
        await using NodeFixture node = await Simulated.StartAsync();
        Assert.True(VerificationLevel.TryParse(level, out VerificationLevel asked, out _));
        AttestationTrust simulated = new() { Policies = [Simulated.PolicyOf(node)] };
        CheckOptions check = new() { Trust = node.Trust, Attestation = simulated, Replayer = new ProgramReplayer([TestModels.Tiny()]) };
        CheckedAnswer answer = await node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], asked, check, CancellationToken.None);
        Assert.Contains("simulated", VerdictText.Render(answer.Verdict), StringComparison.OrdinalIgnoreCase);
        foreach (AttestationTrust other in new[] { AttestationTrust.None, new AttestationTrust { Policies = [Simulated.Production] }, new AttestationTrust { Policies = [Simulated.Another(NodeVersion.Build).PolicyOfItsOwn()] } })
        {
            ShortfallException shortfall = await Assert.ThrowsAsync<ShortfallException>(() => node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], asked, check with { Attestation = other }, CancellationToken.None));
            Assert.Equal(Outcome.PolicyNotMet, shortfall.Verdict.Outcome);
        }

        // Offline, from the file alone; and not for another node's keys.
        Verdict offline = Verifier.Verify(new VerificationInput { Bundle = answer.Answer.Bundle, Trust = node.Trust, Require = VerificationLevel.Tee, Attestation = simulated, Now = TimeProvider.System.GetUtcNow().AddYears(1) });
        Assert.Equal(Outcome.Met, offline.Outcome);
    }

    [Fact]
    public async Task WhatTheNodeSaysOfItself_IsLoud()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        using JsonDocument about = JsonDocument.Parse((await node.SendAsync(HttpMethod.Get, ".well-known/assay")).Body);
        JsonElement attestation = about.RootElement.GetProperty("attestation");
        Assert.Equal(("simulator", "simulated", true), (attestation.GetProperty("type").GetString(), attestation.GetProperty("grade").GetString(), attestation.GetProperty("simulated").GetBoolean()));
        Assert.StartsWith("SIMULATED", attestation.GetProperty("warning").GetString(), StringComparison.Ordinal);
        Assert.Equal(64, attestation.GetProperty("platform").GetString()!.Length);
        using JsonDocument model = JsonDocument.Parse((await node.SendAsync(HttpMethod.Get, "v1/models/tiny")).Body);
        Assert.Equal(["signed", "replay", "tee", "replay+tee"], model.RootElement.GetProperty("levels").EnumerateArray().Select(static level => level.GetString()!));

        await using NodeFixture plain = await NodeFixture.StartAsync();
        using JsonDocument without = JsonDocument.Parse((await plain.SendAsync(HttpMethod.Get, ".well-known/assay")).Body);
        Assert.Equal(JsonValueKind.Null, without.RootElement.GetProperty("attestation").ValueKind);
        Assert.Equal(404, (await plain.SendAsync(HttpMethod.Get, ".well-known/assay/attestation")).Status);
    }

    [Fact]
    public async Task TheLog_CountsKeysByPlatform_AndNamesThePolicyOnce()
    {
        byte[] first;
        await using (NodeFixture node = await Simulated.StartAsync(_folder))
        {
            first = (await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None)).Bundle;
            Assert.Null(await node.Host.Attestation!.RenewAsync(CancellationToken.None));
            byte[] second = (await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None)).Bundle;

            // Another key, and what the one before it said still stands.
            AttestationPolicy policy = Simulated.PolicyOf(node);
            Assert.NotEqual(Simulated.Appraised(first, policy).Item.Endorsement.Issuer, Simulated.Appraised(second, policy).Item.Endorsement.Issuer);
            Assert.Equal(AppraisalOutcome.Accepted, Simulated.Appraised(first, policy).Appraisal.Outcome);
        }

        // A restart: same simulator, same policy, another key. And an old receipt has its evidence still.
        AttestationPolicy same;
        await using (NodeFixture node = await Simulated.StartAsync(_folder))
        {
            same = Simulated.PolicyOf(node);
            Bundle old = Bundle.TryDecode(first, out _)!;
            byte[] again = await node.Client.GetBundleAsync(old.Envelope.Statement.Id, null, CancellationToken.None);
            Assert.Equal(AppraisalOutcome.Accepted, Simulated.Appraised(again, same).Appraisal.Outcome);
        }

        List<LogEntry> entries = await Simulated.EntriesAsync(_folder);
        LogEntry.ForAttestation[] attestations = [.. entries.OfType<LogEntry.ForAttestation>()];
        Assert.Equal(3, attestations.Select(static a => a.Key).Distinct().Count());
        Assert.Single(attestations.Select(static a => (a.Type, a.Grade, a.Platform)).Distinct());
        LogEntry.ForAttestationPolicy logged = Assert.Single(entries.OfType<LogEntry.ForAttestationPolicy>());
        Assert.Equal((same.Digest, same.Name, same.Version), (logged.Policy, logged.Name, logged.Version));
        Assert.True(entries.IndexOf(logged) < entries.IndexOf(attestations[0]));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "attestation", "simulator-root.pem")));
        }

        // No private key of any of them is on the disk: of the keys here, the log names none.
        Assert.Equal(["receipt", "simulator-root"], Directory.EnumerateFiles(_folder, "*.pem", SearchOption.AllDirectories).Select(static f => Path.GetFileName(f).Split('-', '.')[0] is "receipt" ? "receipt" : "simulator-root").Order());
    }

    [Fact]
    public async Task HardwareThatFails_EndsTheOffer_AndNothingElse()
    {
        (FaultyAttester attester, string policy) = Simulated.Breakable(_folder);
        await using NodeFixture node = await Simulated.StartAsync(attester: attester, policyFile: policy);
        attester.Failure = new AttesterError(AttesterErrors.Busy, "EBUSY");
        Assert.Equal(AttesterErrors.Busy, (await node.Host.Attestation!.RenewAsync(CancellationToken.None))!.Code);
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"tee\"," + Simulated.Inputs + "}");
        Assert.Equal(422, status);
        Assert.Contains(AttesterErrors.Busy, body, StringComparison.Ordinal);
        Assert.Contains("\"alternatives\":[\"signed\",\"replay\"]", body, StringComparison.Ordinal);
        (status, body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":{\"require\":[{\"question\":\"model\",\"by\":[\"tee\"]}]}," + Simulated.Inputs + "}");
        Assert.Equal(422, status);
        Assert.Equal(200, (await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"signed\"," + Simulated.Inputs + "}")).Status);
        Assert.Contains("\"failure\":\"attest/busy\"", (await node.SendAsync(HttpMethod.Get, ".well-known/assay")).Body, StringComparison.Ordinal);
        Assert.Equal(503, (await node.SendAsync(HttpMethod.Get, ".well-known/assay/attestation")).Status);

        attester.Failure = null;
        Assert.Null(await node.Host.Attestation!.RenewAsync(CancellationToken.None));
        Assert.Equal(200, (await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"tee\"," + Simulated.Inputs + "}")).Status);
    }

    [Fact]
    public async Task AMachineThatSlept_OffersNothingOnOldEvidence()
    {
        ShiftedClock clock = new(TimeProvider.System.GetUtcNow());
        await using NodeFixture node = await Simulated.StartAsync(time: clock);
        clock.Jump(TimeSpan.FromHours(2));
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"tee\"," + Simulated.Inputs + "}");
        Assert.Equal(422, status);
        Assert.Contains(AttesterErrors.Stale, body, StringComparison.Ordinal);
        Assert.Equal(503, (await node.SendAsync(HttpMethod.Get, ".well-known/assay/attestation")).Status);
        Assert.Null(await node.Host.Attestation!.RenewAsync(CancellationToken.None));
        Assert.Equal(200, (await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"tee\"," + Simulated.Inputs + "}")).Status);
    }

    [Fact]
    public async Task EvidenceThatGoesWhileTheAnswerIsComputed_WithholdsIt_AndSaysSo()
    {
        (FaultyAttester attester, string policy) = Simulated.Breakable(_folder);
        AttestationService? service = null;
        HookedRunner runner = new(() =>
        {
            attester.Failure = new AttesterError(AttesterErrors.Refused, "gone");
            service!.RenewAsync(CancellationToken.None).GetAwaiter().GetResult();
        });
        string folder = Path.Combine(_folder, "node");
        await using (NodeFixture node = await Simulated.StartAsync(folder, [runner.Serve()], attester, policy))
        {
            service = node.Host.Attestation;
            (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"tee\"," + Simulated.Inputs + "}");
            Assert.Equal(424, status);
            Assert.Contains(AttesterErrors.Refused, body, StringComparison.Ordinal);
            Assert.DoesNotContain("\"outputs\"", body, StringComparison.Ordinal);
        }

        LogEntry.ForEndorsement expired = Assert.Single((await Simulated.EntriesAsync(folder)).OfType<LogEntry.ForEndorsement>());
        Assert.Equal((Basis.Tee, EndorsementFinding.Expired), (expired.By, expired.Finding));
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public async Task AFloatModel_RunInHardware_IsWhatNothingElseCanVouchFor()
    {
        await using NodeFixture node = await Simulated.StartAsync(models: [FloatFixtures.Serve("tiny")]);
        AttestationTrust simulated = new() { Policies = [Simulated.PolicyOf(node)] };
        CheckedAnswer answer = await node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, new CheckOptions { Trust = node.Trust, Attestation = simulated }, CancellationToken.None);
        Assert.All(new[] { Question.Model, Question.ComputedRight }, q => Assert.Equal((QuestionStatus.Established, Basis.Tee), answer.Verdict.Questions.Where(r => r.Question == q).Select(static r => (r.Status, r.By!.Value)).Single()));
    }

    [Fact]
    public async Task OperatorRead_NeedsAnEncryptedRequest()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":{\"require\":[{\"question\":\"operator-read\"}]}," + Simulated.Inputs + "}");
        Assert.Equal(422, status);
        Assert.Contains("encrypted", body, StringComparison.Ordinal);
        (_, body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"tee\"," + Simulated.Inputs + "}");
        Assert.Contains("operator/read", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoHundredAtOnce_EachGetItsOwnEndorsement_ByOneEvidence()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => node.Client.AskAsync("tiny", [NodeFixture.Input(i % 40, i / 40)], VerificationLevel.Tee, CancellationToken.None)));
        Endorsement[] endorsements = [.. answers.Select(static answer => Bundle.TryDecode(answer.Bundle, out _)!.Endorsements.Single().Endorsement)];
        Assert.Equal(200, endorsements.Select(static e => e.Receipt).Distinct().Count());
        Assert.Single(endorsements.Select(static e => e.Evidence).Distinct());
        Assert.All(endorsements, static e => Assert.Null(e.Verify()));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(node.Folder, "attestation", "evidence"), "*", SearchOption.AllDirectories));
    }
}
