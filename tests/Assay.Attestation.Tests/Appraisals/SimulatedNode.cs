using System.Security.Cryptography;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Attestation.Tests;

/// <summary>A node in the simulator, with everything that an honest one has: the substitution tests change one thing at a time.</summary>
internal sealed class SimulatedNode : IDisposable
{
    internal static DateTimeOffset At { get; } = new(2026, 11, 21, 20, 0, 0, TimeSpan.Zero);

    internal Es256Signer Root { get; init; } = NewSigner();

    internal Es256Signer Key { get; } = NewSigner();

    internal Digest32 Node { get; init; } = Digest32.Sha256([1]);

    internal byte[] Nonce { get; init; } = RandomNumberGenerator.GetBytes(32);

    internal byte[] KeyConfig { get; init; } = [1, 2, 3];

    internal byte[] Measurement { get; init; } = [.. Enumerable.Repeat((byte)2, 48)];

    internal byte[] Platform { get; init; } = [.. Enumerable.Repeat((byte)3, 16)];

    internal DateTimeOffset ReportTime { get; init; } = At;

    internal DateTimeOffset BindingTime { get; init; } = At;

    internal TeeBinding Binding => field ??= TeeBinding.Create(Nonce, Key.PublicKey, KeyConfig, Node, "assay 1", BindingTime);

    internal AttestationEvidence Evidence => AttestationEvidence.Create(EvidenceType.Simulator, Report, Binding.Bytes.Span);

    internal byte[] Report => field ??= SimulatorReport.Create(Root, Binding.Digest.Span, Measurement, Platform, ReportTime);

    internal BindingExpectation Expectation => new() { Key = Key.PublicKey, Node = Node, KeyConfig = KeyConfig };

    /// <summary>A policy that accepts this node; <paramref name="change"/> edits its text.</summary>
    internal AttestationPolicy Policy(Func<string, string>? change = null)
    {
        string text = $$"""
            {"profile":"assay/attestation-policy/v1","name":"test","version":1,"grades":["simulated"],"maxAge":"1h",
             "builds":[{"name":"assay test","type":"simulator","measurements":{"measurement":"{{Convert.ToHexStringLower(Measurement)}}"} }],
             "types":{"simulator":{"roots":["{{Root.PublicKey.Thumbprint()}}"]} },"platforms":{"refuse":[]} }
            """;
        return PolicyTexts.Read(change is null ? text : change(text));
    }

    internal Appraisal Appraise(AttestationPolicy? policy = null, AttestationEvidence? evidence = null, BindingExpectation? expected = null, DateTimeOffset? at = null) => Appraiser.Appraise(new AppraisalInput
    {
        Evidence = evidence ?? Evidence,
        Policies = [policy ?? Policy()],
        Times = AppraisalTimes.Of(at ?? At),
        Expected = expected ?? Expectation,
    });

    public void Dispose()
    {
        Root.Dispose();
        Key.Dispose();
    }

    internal static Es256Signer NewSigner() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    internal static void AssertFails(Appraisal appraisal, string step, string detail)
    {
        Assert.Equal(AppraisalOutcome.Rejected, appraisal.Outcome);
        Assert.Equal(detail, appraisal.Reason);
        Assert.Equal(new AppraisalStep(step, CheckResult.Fail, detail), appraisal.Steps.First(static made => made.Result == CheckResult.Fail));
        Assert.NotEmpty(appraisal.Assumptions);
    }

    internal static string Describe(Appraisal appraisal) =>
        new StringBuilder().Append(appraisal.Outcome).Append(": ").AppendJoin(", ", appraisal.Steps.Select(static step => $"{step.Code} {step.Result} {step.Detail}")).ToString();
}
