using System.Text.Json;
using Assay.Attestation;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Receipts;
using Assay.Testing;
using Xunit.Abstractions;

namespace Assay.Verification.Tests;

/// <summary>What a verdict says about attested hardware, beside the vectors of spec/vectors/tee-receipts.</summary>
public sealed class TeeTests(ITestOutputHelper output) : IDisposable
{
    private readonly World _world = new();
    private readonly Hardware _machine = new();

    public void Dispose() => _world.Dispose();

    /// <summary>"Attested" alone would say too much: whose hands the machine is in always stands with it.</summary>
    [Fact]
    public void Words_NameTheGrade_TheBuild_ThePolicy_AndWhatItRestsOn()
    {
        Bundle sound = Sound();
        Verdict verdict = Verify(sound.WithEndorsements([_machine.Endorse(sound, confidential: true)]), _machine.Policy());
        foreach (Question question in (Question[])[Question.Model, Question.ComputedRight, Question.OperatorRead])
        {
            QuestionResult result = verdict.Questions.First(q => q.Question == question);
            Assert.Equal((QuestionStatus.Established, Basis.Tee), (result.Status, result.By));
            Assert.Contains("simulated hardware, which protects nothing", result.Sentence, StringComparison.Ordinal);
            Assert.Contains("\"assay 0.6.0\"", result.Sentence, StringComparison.Ordinal);
            Assert.Contains("\"development\" version 1", result.Sentence, StringComparison.Ordinal);
            Assert.Contains(result.Assumptions, static remark => remark.Code == "tee/simulated");
        }

        string[] notCovered = [.. verdict.NotCovered.Select(static remark => remark.Code)];
        Assert.Contains("tee/simulated", notCovered);
        Assert.Contains("tee/time-asserted", notCovered);
        Assert.DoesNotContain("operator/read", notCovered);
        string text = VerdictText.Render(verdict);
        Assert.Contains("Hardware the simulator, simulated hardware, which protects nothing; counts", text, StringComparison.Ordinal);
        output.WriteLine(text);
    }

    [Fact]
    public void WhatDoesNotCount_IsExplained_AndLeadsOn()
    {
        Bundle sound = Sound();
        Bundle endorsed = sound.WithEndorsements([_machine.Endorse(sound)]);
        Assert.Contains("--attestation-policy", Answer(Verify(endorsed), Question.ComputedRight).Sentence, StringComparison.Ordinal);
        Verdict refused = Verify(endorsed, Hardware.Production);
        Assert.Contains("No policy of yours accepts the evidence", Answer(refused, Question.ComputedRight).Sentence, StringComparison.Ordinal);
        Assert.Contains($"[{refused.Receipt!.Hardware!.Appraisal!.Reason}]", VerdictText.Render(refused), StringComparison.Ordinal);
        Assert.Contains(refused.NotCovered, static remark => remark.Code == "tee/left-out");
        Assert.DoesNotContain(refused.NotCovered, static remark => remark.Code is "endorsement/left-out" or "tee/simulated");
    }

    [Fact]
    public void Json_HasTheAppraisal_WithEveryStep()
    {
        Bundle sound = Sound();
        JsonElement attestation = Json(Verify(sound.WithEndorsements([_machine.Endorse(sound)]), _machine.Policy())).GetProperty("receipt").GetProperty("attestation");
        Assert.Equal("simulator", attestation.GetProperty("type").GetString());
        Assert.Equal("simulated", attestation.GetProperty("grade").GetString());
        Assert.Equal("accepted", attestation.GetProperty("outcome").GetString());
        Assert.Equal("assay 0.6.0", attestation.GetProperty("build").GetString());
        Assert.Equal("development", attestation.GetProperty("policy").GetProperty("name").GetString());
        Assert.Equal(Hardware.Read(_machine.Policy()).Digest.ToString(), attestation.GetProperty("policy").GetProperty("digest").GetString());
        Assert.Equal("pass", attestation.GetProperty("steps").EnumerateArray().First(static step => step.GetProperty("step").GetString() == StepCodes.Binding).GetProperty("result").GetString());
        Assert.Equal(JsonValueKind.Null, Json(Verify(sound)).GetProperty("receipt").GetProperty("attestation").ValueKind);
    }

    /// <summary>Of several endorsements the one that counts is shown, whichever comes first in the bundle.</summary>
    [Fact]
    public void OneThatCounts_IsShown_BeforeOthers()
    {
        Bundle sound = Sound();
        AttachedEndorsement[] many = [_machine.Endorse(sound), .. Enumerable.Range(0, 8).Select(i => new Hardware("stranger " + i).Endorse(sound))];
        Verdict verdict = Verify(sound.WithEndorsements(many), _machine.Policy());
        Assert.True(verdict.Receipt!.Hardware!.Attests);
        Assert.Equal(_machine.Key.PublicKey.Thumbprint(), verdict.Receipt.Hardware.Peer);
        Assert.Equal(CheckResult.Pass, verdict.Checks.First(static check => check.Code == CheckCodes.TeeAppraised).Result);
    }

    /// <summary>Another copy's evidence and material are taken over; nothing that is here is given up.</summary>
    [Fact]
    public void Merge_TakesEndorsementEvidenceAndMaterial_OfAnotherCopy()
    {
        Bundle sound = Sound();
        AttachedEndorsement endorsed = _machine.Endorse(sound);
        Bundle full = sound.WithEndorsements([endorsed]).WithMaterial(_machine.Signed(_machine.Policy()));
        Bundle bare = sound.WithEndorsements([AttachedEndorsement.Create(endorsed.Endorsement, null, null, null)]).WithMaterial(_machine.Signed(Hardware.Production));

        Bundle merged = BundleRefresh.Merge(bare, full)!;
        Assert.Equal(endorsed.Evidence!.Value.ToArray(), merged.Endorsements[0].Evidence!.Value.ToArray());
        AttestationMaterial material = AttestationMaterial.TryDecode(merged.Material!.Value, out _)!;
        Assert.Equal(["production", "development"], material.Policies.Select(static policy => policy.Policy.Name));

        Assert.Equal(full.Encode(), BundleRefresh.Merge(full, sound.WithMaterial(new byte[] { 1, 2, 3 }))!.Encode());
        Assert.Equal(full.Encode(), BundleRefresh.Merge(full, full)!.Encode());
        Assert.Equal(full.Material!.Value.ToArray(), BundleRefresh.Merge(sound.WithMaterial(new byte[] { 1 }), full)!.Material!.Value.ToArray());

        // What another copy brings can't push out what is here.
        Bundle crowded = sound.WithMaterial(_machine.Signed([.. Enumerable.Range(1, AttestationMaterial.MaxItems).Select(i => _machine.Policy(i))]));
        Assert.Equal(crowded.Encode(), BundleRefresh.Merge(crowded, sound.WithMaterial(full.Material))!.Encode());
    }

    /// <summary>A copy whose collateral is as long as it may be takes nothing more, and loses nothing.</summary>
    [Fact]
    public void Merge_IntoACopyThatIsFull_GivesNothingUp()
    {
        Bundle sound = Sound();
        Bundle other = sound.WithMaterial(_machine.Signed([.. Enumerable.Range(1, AttestationMaterial.MaxItems).Select(i => _machine.Policy(i, new string('b', 200)))]));
        foreach ((int count, int length) in ((int, int)[])[(64, 16_376), (4, 262_100), (60, 16_000)])
        {
            byte[] material = Full(count, length);
            Assert.NotNull(AttestationMaterial.TryDecode(material, out _));
            Bundle merged = BundleRefresh.Merge(sound.WithMaterial(material), other)!;
            AttestationMaterial read = AttestationMaterial.TryDecode(merged.Material!.Value, out _)!;
            Assert.Equal(count, read.Collateral.Items.Length);
            Assert.Equal(AttestationMaterial.MaxItems, read.Policies.Length);
        }

        // Nor what is longer than both may be together.
        Bundle crowded = sound.WithMaterial(AttestationMaterial.Create(CollateralSet.Empty, [.. Enumerable.Range(1, AttestationMaterial.MaxItems).Select(Long)], []).Bytes);
        byte[] mine = Full(60, 16_000);
        AttestationMaterial both = AttestationMaterial.TryDecode(BundleRefresh.Merge(sound.WithMaterial(mine), crowded)!.Material!.Value, out _)!;
        Assert.Equal(60, both.Collateral.Items.Length);
        Assert.InRange(both.Policies.Length, 1, AttestationMaterial.MaxItems - 1);
    }

    private SignedAttestationPolicy Long(int version)
    {
        string builds = string.Join(',', Enumerable.Range(0, 150).Select(i => $$"""{"name":"{{new string('b', 190)}} {{i}}","type":"simulator","measurements":{"measurement":"{{Convert.ToHexStringLower(Hardware.Measured("b"))}}"} }"""));
        string policy = _machine.Policy(version);
        int from = policy.IndexOf("\"builds\":[", StringComparison.Ordinal) + "\"builds\":[".Length;
        return SignedAttestationPolicy.Create(Hardware.Read(policy[..from] + builds + policy[policy.IndexOf("],\"types\"", StringComparison.Ordinal)..]), World.Now, _machine.Issuer);
    }

    // As it can be sent: what makes collateral leaves itself more room than what reads it.
    private static byte[] Full(int count, int length)
    {
        CborWriter collateral = new(1 << 20);
        collateral.WriteMapHeader(2);
        collateral.WriteUInt(1);
        collateral.WriteText("assay/collateral/v1");
        collateral.WriteUInt(2);
        collateral.WriteArrayHeader(count);
        for (int i = 0; i < count; i++)
        {
            collateral.WriteArrayHeader(2);
            collateral.WriteUInt(1);
            collateral.WriteBytes([.. BitConverter.GetBytes(i), .. new byte[length - 4]]);
        }

        CborWriter material = new(1 << 20);
        material.WriteMapHeader(4);
        material.WriteUInt(1);
        material.WriteText("assay/attestation-material/v1");
        material.WriteUInt(2);
        material.WriteBytes(collateral.Written);
        material.WriteUInt(3);
        material.WriteArrayHeader(0);
        material.WriteUInt(4);
        material.WriteArrayHeader(0);
        return material.ToArray();
    }

    /// <summary>Whoever hands on a receipt can put anything in the place of evidence and material.</summary>
    [Fact]
    public void Mutated_NeverThrow_AndNeverCount()
    {
        Bundle sound = Sound();
        byte[] evidence = _machine.Evidence(sound).Bytes.ToArray();
        byte[] material = _machine.Signed(_machine.Policy());
        AttachedEndorsement endorsed = _machine.Endorse(sound);
        ReadOnlyMemory<byte> signed = AttestationMaterial.TryDecode(material, out _)!.Policies[0].Bytes;
        int accepted = 0;
        Mutator evidences = new(7, [evidence]);
        Mutator materials = new(8, [material]);
        for (int left = FuzzRun.IsDeep ? 20_000 : 400; left > 0; left--)
        {
            byte[] changed = evidences.Next();
            AttachedEndorsement item = _machine.Endorse(sound.Envelope.Digest, changed.Length <= AttachedEndorsement.MaxTeeEvidenceLength ? changed : evidence, Endorsement.QuestionsOfTee);
            Assert.True(!Counts(Verify(sound.WithEndorsements([item]), _machine.Policy())) || item.Evidence!.Value.Span.SequenceEqual(evidence));

            changed = materials.Next();
            if (changed.Length is > 0 and <= Bundle.MaxMaterialLength && Counts(Verify(sound.WithEndorsements([endorsed]).WithMaterial(changed), trust: _world.TrustText + _machine.IssuerLine())))
            {
                // By a signed policy only: it counts as long as its issuer's signature does.
                accepted++;
                Assert.Contains(AttestationMaterial.TryDecode(changed, out _)!.Policies, policy => policy.Bytes.Span.SequenceEqual(signed.Span));
            }
        }

        output.WriteLine($"{accepted} still counted");
    }

    /// <summary>As many endorsements as a bundle holds, each with evidence, and as much material: bounded.</summary>
    [Fact]
    public void Full_IsJudgedInBoundedTime()
    {
        Bundle sound = Sound();
        AttachedEndorsement[] many = [.. Enumerable.Range(0, AttachedEndorsement.MaxCount).Select(i => new Hardware("stranger " + i).Endorse(sound))];
        CollateralSet junk = CollateralSet.Of(Enumerable.Range(0, 60).Select(static i => new CollateralItem((CollateralKind)(1 + (i % 4)), Enumerable.Repeat((byte)i, 16000).ToArray())));
        byte[] material = AttestationMaterial.Create(junk, [.. Enumerable.Range(1, 8).Select(i => SignedAttestationPolicy.Create(Hardware.Read(_machine.Policy(i)), World.Now, _machine.Issuer))], []).Bytes.ToArray();
        Bundle full = sound.WithEndorsements(many).WithMaterial(material);
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Verdict verdict = Verify(full, _machine.Policy(), _world.TrustText + _machine.IssuerLine());
        output.WriteLine($"{watch.ElapsedMilliseconds} ms");
        Assert.Equal(AttachedEndorsement.MaxCount, verdict.Receipt!.Endorsements.Count(static fact => fact.Status == EndorsementStatus.Attestation));
    }

    private static bool Counts(Verdict verdict) => verdict.Checks.First(static check => check.Code == CheckCodes.TeeAppraised).Result == CheckResult.Pass;

    private static QuestionResult Answer(Verdict verdict, Question question) => verdict.Questions.First(q => q.Question == question);

    private static JsonElement Json(Verdict verdict)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            VerdictJson.Write(writer, verdict);
        }

        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }

    private Bundle Sound() => Bundle.TryDecode(_world.Parts().Encode(), out _)!;

    private Verdict Verify(Bundle bundle, string? policy = null, string? trust = null) => Verifier.Verify(_world.Input(bundle.Encode()) with
    {
        Trust = World.ParseTrust(trust ?? _world.TrustText),
        Attestation = new AttestationTrust { Policies = policy is null ? [] : [Hardware.Read(policy)] },
    });
}
