using System.Security.Cryptography;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;
using Assay.Testing;

namespace Assay.Attestation.Tests;

public sealed class SimulatorTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 21, 20, 0, 0, 123, TimeSpan.Zero);
    private static readonly Es256Signer Root = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private static readonly byte[] Report = Make();

    [Fact]
    public void A_report_verifies_and_says_what_was_put_in()
    {
        EvidenceReport report = Verify(Report);
        Assert.Equal([StepCodes.Parse, StepCodes.Signature, StepCodes.Chain], report.Steps.Select(step => step.Code));
        Assert.All(report.Steps, step => Assert.Equal(CheckResult.Pass, step.Result));
        EvidenceFacts facts = report.Facts!;
        Assert.Equal(EvidenceType.Simulator, facts.Type);
        Assert.Equal(Enumerable.Repeat((byte)1, 64), facts.ReportData.ToArray());
        Measurement measurement = Assert.Single(facts.Measurements);
        Assert.Equal("measurement", measurement.Name);
        Assert.Equal(Enumerable.Repeat((byte)2, 48), measurement.Value.ToArray());
        Assert.Equal("simulator", facts.Platform.Kind);
        Assert.Equal(Enumerable.Repeat((byte)3, 16), facts.Platform.Value.ToArray());
        Assert.Equal(Time, facts.Time);
        Assert.Equal(Convert.ToHexStringLower(Root.PublicKey.Thumbprint().Bytes), facts.Product);
        Assert.Empty(facts.Modes);
    }

    [Fact]
    public void A_report_by_another_key_than_the_root_it_names_fails_at_its_signature()
    {
        using Es256Signer other = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        CoseSign1 message = CoseSign1.TryDecode(Report, out _)!;
        EvidenceReport report = Verify(CoseSign1.Sign(message.Payload, other).Encode());
        AssertFails(report, StepCodes.Signature, CoseErrors.KeyId);
        Assert.Equal(CheckResult.NotEvaluated, report.Steps[2].Result);

        // The same with the named root's key id: the header is signed too.
        report = Verify(new CoseSign1(message.Protected, message.Payload, CoseSign1.Sign(message.Payload, other).Signature).Encode());
        AssertFails(report, StepCodes.Signature, CoseErrors.Signature);
    }

    [Fact]
    public void Values_out_of_their_bounds_are_refused_when_made_and_when_read()
    {
        Assert.Throws<ArgumentException>(() => SimulatorReport.Create(Root, new byte[63], new byte[48], new byte[16], Time));
        Assert.Throws<ArgumentException>(() => SimulatorReport.Create(Root, new byte[64], new byte[32], new byte[16], Time));
        Assert.Throws<ArgumentException>(() => SimulatorReport.Create(Root, new byte[64], new byte[48], [], Time));

        AssertFails(Verify(Resigned("assay/other-report/v1", 0, Root.PublicKey.ToArray())), StepCodes.Parse, SimulatorErrors.Profile);
        AssertFails(Verify(Resigned(DomainTags.SimulatorReport, 0xFF, Root.PublicKey.ToArray())), StepCodes.Parse, SimulatorErrors.Time);
        AssertFails(Verify(Resigned(DomainTags.SimulatorReport, 0, new byte[64])), StepCodes.Parse, SimulatorErrors.Root);
    }

    [Fact]
    public void Every_truncation_every_flipped_bit_and_bytes_that_follow_are_refused()
    {
        for (int length = 0; length < Report.Length; length++)
        {
            Assert.Equal(CheckResult.Fail, Verify(Report[..length]).Steps[0].Result);
        }

        for (int bit = 0; bit < Report.Length * 8; bit++)
        {
            byte[] changed = [.. Report];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Contains(Verify(changed).Steps, step => step.Result == CheckResult.Fail);
        }

        AssertFails(Verify([.. Report, 0]), StepCodes.Parse, CborErrors.TrailingData);
    }

    [Fact]
    public void Fuzzed_reports_never_throw_and_none_passes_that_was_not_signed()
    {
        FuzzSummary summary = FuzzRun.Run([Report], input =>
        {
            bool passes = Verify(input).Steps.All(step => step.Result == CheckResult.Pass);
            Assert.True(!passes || input.AsSpan().SequenceEqual(Report));
            return passes;
        });
        Assert.True(summary.Refused > 40_000);
    }

    private static byte[] Make() => SimulatorReport.Create(
        Root,
        Enumerable.Repeat((byte)1, 64).ToArray(),
        Enumerable.Repeat((byte)2, 48).ToArray(),
        Enumerable.Repeat((byte)3, 16).ToArray(),
        Time);

    private static byte[] Resigned(string profile, byte time, byte[] root)
    {
        CborWriter writer = new(320);
        writer.WriteMapHeader(6);
        writer.WriteUInt(1);
        writer.WriteText(profile);
        writer.WriteUInt(2);
        writer.WriteBytes(new byte[64]);
        writer.WriteUInt(3);
        writer.WriteBytes(new byte[48]);
        writer.WriteUInt(4);
        writer.WriteBytes(new byte[16]);
        writer.WriteUInt(5);
        writer.WriteBytes(Enumerable.Repeat(time, 8).ToArray());
        writer.WriteUInt(6);
        writer.WriteBytes(root);
        return CoseSign1.Sign(writer.Written, Root).Encode();
    }

    private static EvidenceReport Verify(byte[] bytes) => EvidenceVerifier.Verify(
        EvidenceType.Simulator, bytes, CollateralSet.Empty, TrustAnchors.BuiltIn, AppraisalTimes.Of(Time));

    private static void AssertFails(EvidenceReport report, string step, string detail)
    {
        AppraisalStep failed = report.Steps.First(made => made.Result != CheckResult.Pass);
        Assert.Equal((step, CheckResult.Fail, detail), (failed.Code, failed.Result, failed.Detail));
    }
}
