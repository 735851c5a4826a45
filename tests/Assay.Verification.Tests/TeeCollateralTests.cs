using Assay.Attestation;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing.Attestation;
using Xunit.Abstractions;

namespace Assay.Verification.Tests;

/// <summary>What a vendor says about a platform, before and after: the same receipt, at other times and with other collateral.</summary>
public sealed class TeeCollateralTests(ITestOutputHelper output) : IDisposable
{
    private const string Registers =
        "\"mrtd\":\"A0\",\"rtmr0\":\"A1\",\"rtmr1\":\"A2\",\"rtmr2\":\"A3\"";

    private static readonly SyntheticIntel Intel = SyntheticIntel.Shared;
    private static readonly DateTimeOffset Later = World.Now.AddDays(10);

    private readonly World _world = new();
    private readonly Hardware _machine = new();

    public void Dispose() => _world.Dispose();

    /// <summary>Ten days after the receipt Intel says that such platforms are out of date.</summary>
    private static CollateralSet OutOfDate => CollateralSet.Of(
        [Intel.TcbInfo(new SyntheticTcbInfo
        {
            EvaluationNumber = 19, IssueDate = Later,
            Levels = [SyntheticTcbLevel.Of(6, 13, 6, 4, "UpToDate"), SyntheticTcbLevel.Of(5, 13, 5, 3, "OutOfDate", "INTEL-SA-09999")],
        })]);

    [Theory]
    [InlineData(0, false, true)]
    [InlineData(0, true, true)]
    [InlineData(11, false, true)]
    [InlineData(11, true, false)]
    public void LaterCollateral_TurnsAPlatformOutOfDate_FromWhenItIsKnown(int days, bool hasLater, bool accepted)
    {
        Verdict verdict = Verify(Endorsed(Intel.Collateral), Policy(), World.Now.AddDays(days), hasLater ? OutOfDate : null);
        output.WriteLine(VerdictText.Render(verdict));
        Assert.Equal(accepted ? Outcome.Met : Outcome.PolicyNotMet, verdict.Outcome);
        Appraisal appraisal = verdict.Receipt!.Hardware!.Appraisal!;
        Assert.Equal(accepted ? AppraisalOutcome.Accepted : AppraisalOutcome.Rejected, appraisal.Outcome);
        Assert.Equal(accepted ? "UpToDate" : "OutOfDate", appraisal.Facts!.TcbStatus);
        Assert.Equal(accepted ? "" : "INTEL-SA-09999", string.Join(' ', appraisal.Facts.Advisories));
        Assert.Contains($"platform {appraisal.Facts.TcbStatus}", VerdictText.Render(verdict), StringComparison.Ordinal);
    }

    /// <summary>Collateral that is missing, replaced or emptied is never as good as a pass; the verifier's own stands in for it.</summary>
    [Fact]
    public void WithoutCollateral_NothingCounts()
    {
        CollateralSet others = new SyntheticIntel(new SyntheticIntelPlatform { Fmspc = [1, 2, 3, 4, 5, 6] }).Collateral;
        foreach (CollateralSet replaced in (CollateralSet[])[CollateralSet.Empty, others, CollateralSet.Of(Intel.Lists()), CollateralSet.Of(Intel.Collateral.Items.Where(static item => item.Kind != CollateralKind.RevocationList))])
        {
            Bundle endorsed = Endorsed(replaced);
            Verdict verdict = Verify(endorsed, Policy(), World.Now, null);
            Assert.Equal((Outcome.PolicyNotMet, EndorsementStatus.Attestation), (verdict.Outcome, verdict.Receipt!.Endorsements[0].Status));
            Assert.Equal(Outcome.Met, Verify(endorsed, Policy(), World.Now, Intel.Collateral).Outcome);
        }

        Assert.Equal(Outcome.PolicyNotMet, Verify(Endorsed(Intel.Collateral).WithMaterial(null), Policy(), World.Now, null).Outcome);
    }

    /// <summary>The verifier's own collateral can revoke what the receipt's doesn't.</summary>
    [Fact]
    public void RevokedByTheVerifiersOwnList()
    {
        CollateralSet revoking = CollateralSet.Of([Intel.List(Intel.PlatformCa, [Intel.Platform.Serial], World.Now.AddDays(1)), Intel.List(Intel.ProcessorCa, [Intel.Platform.Serial], World.Now.AddDays(1))]);
        Assert.Equal(Outcome.PolicyNotMet, Verify(Endorsed(Intel.Collateral), Policy(), World.Now.AddDays(2), revoking).Outcome);
        Assert.Equal(Outcome.Met, Verify(Endorsed(Intel.Collateral), Policy(), World.Now, revoking).Outcome);
    }

    [Fact]
    public void CollateralThatHasRunOut_IsNamed()
    {
        SyntheticIntel brief = new(until: World.Now.AddDays(20));
        Bundle endorsed = Endorsed(brief.Collateral, brief);
        Assert.DoesNotContain(Verify(endorsed, Policy(), World.Now, null, brief).NotCovered, static remark => remark.Code == "tee/collateral-old");
        Verdict later = Verify(endorsed, Policy(), World.Now.AddDays(21), null, brief);
        Assert.Equal(Outcome.Met, later.Outcome);
        Assert.Contains(later.NotCovered, static remark => remark.Code == "tee/collateral-old");
    }

    /// <summary>Who holds the machine is somebody's word, which counts only if the trust file names them.</summary>
    [Fact]
    public void PlatformEndorsement_RaisesTheGrade_ByTheTrustFile()
    {
        Bundle plain = Endorsed(Intel.Collateral);
        Verdict held = Verify(plain, Policy(), World.Now, null);
        Assert.Contains("hardware that the operator holds", held.Questions[0].Sentence, StringComparison.Ordinal);
        Assert.Contains(held.NotCovered, static remark => remark.Code == "tee/operator-held");

        FixedSigner endorser = Hardware.Fixed("hall");
        PlatformEndorsement word = PlatformEndorsement.Create(held.Receipt!.Hardware!.Appraisal!.Facts!.Platform.Digest, "Example Hall", World.Now.AddDays(-1), World.Now.AddDays(1), endorser);
        Bundle endorsed = plain.WithMaterial(AttestationMaterial.Create(Intel.Collateral, [], [word]).Bytes);
        string hosted = Policy("third-party-hosted");
        Assert.Equal(Outcome.PolicyNotMet, Verify(endorsed, hosted, World.Now, null).Outcome);
        Verdict verdict = Verify(endorsed, hosted, World.Now, null, trust: $"platform-endorser hall {endorser.PublicKey.Thumbprint()}\n");
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.Contains("hardware that Example Hall holds", verdict.Questions[0].Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(verdict.NotCovered, static remark => remark.Code == "tee/operator-held");
    }

    private static string Policy(string grade = "operator-held")
    {
        string registers = Registers;
        foreach (string value in (string[])["A0", "A1", "A2", "A3"])
        {
            registers = registers.Replace($"\"{value}\"", $"\"{string.Concat(Enumerable.Repeat(value.ToLowerInvariant(), 48))}\"", StringComparison.Ordinal);
        }

        return $$$"""{"profile":"assay/attestation-policy/v1","name":"tdx","version":1,"grades":["{{{grade}}}"],"builds":[{"name":"assay 0.6.0","type":"intel-tdx","measurements":{{{{registers}}}}}],"types":{"intel-tdx":{} } }""";
    }

    private Bundle Endorsed(CollateralSet collateral, SyntheticIntel? intel = null)
    {
        Bundle sound = Bundle.TryDecode(_world.Parts().Encode(), out _)!;
        TeeBinding binding = TeeBinding.Create(Digest32.Sha256("nonce"u8).Bytes, _machine.Key.PublicKey, [], sound.KeySet.Digest, "assay 0.6.0", Hardware.Issued.AddMinutes(-10));
        AttestationEvidence evidence = AttestationEvidence.Create(EvidenceType.IntelTdx, (intel ?? Intel).Quote(binding.Digest.Span), binding.Bytes.Span);
        return sound.WithEndorsements([_machine.Endorse(sound, evidence)]).WithMaterial(AttestationMaterial.Create(collateral, [], []).Bytes);
    }

    private Verdict Verify(Bundle bundle, string policy, DateTimeOffset now, CollateralSet? own, SyntheticIntel? intel = null, string trust = "") => Verifier.Verify(_world.Input(bundle.Encode()) with
    {
        Now = now,
        NowIsGiven = true,
        Require = VerificationLevel.Tee,
        Trust = World.ParseTrust(_world.TrustText + trust),
        Attestation = new AttestationTrust { Policies = [Hardware.Read(policy)], Collateral = own ?? CollateralSet.Empty, Anchors = (intel ?? Intel).Anchors },
    });
}
