namespace Assay.Attestation.Tests.Snp;

public sealed class SnpVectorTests
{
    public static TheoryData<string, string, string> Good()
    {
        TheoryData<string, string, string> data = [];
        foreach ((string report, string vek, string at) in SnpVectors.Good)
        {
            data.Add(report, vek, at);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Real_reports_verify_with_their_certificate_and_nothing_else(string report, string vek, string at)
    {
        EvidenceReport made = SnpVectors.Verify(report, vek, at);
        SnpVectors.Passes(made);
        Assert.Contains(made.Steps, static step => step is { Code: StepCodes.Revocation, Result: Assay.Primitives.CheckResult.NotEvaluated, Detail: SnpCodes.NoCrl });
        Assert.NotNull(made.Facts);
    }
}
