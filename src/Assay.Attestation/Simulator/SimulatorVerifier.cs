namespace Assay.Attestation;

/// <summary>
/// The steps of simulator reports. There are no certificates: the root signs reports itself, so that the chain holds where the
/// signature does. Whether anybody believes that root is for the policy to say, by <see cref="EvidenceFacts.Product"/>.
/// </summary>
internal static class SimulatorVerifier
{
    internal static EvidenceReport Verify(ReadOnlyMemory<byte> evidence)
    {
        StepTable steps = new(StepCodes.Parse, StepCodes.Signature, StepCodes.Chain);
        SimulatorReport? report = SimulatorReport.TryDecode(evidence.Span, out string? error);
        steps.Set(StepCodes.Parse, error);
        if (report is null)
        {
            return new EvidenceReport(steps.Steps, null);
        }

        error = report.Verify();
        steps.Set(StepCodes.Signature, error);
        if (error is null)
        {
            steps.Set(StepCodes.Chain, null);
        }

        string root = Convert.ToHexStringLower(report.Root.Thumbprint().Bytes);
        return new EvidenceReport(steps.Steps, new EvidenceFacts
        {
            Type = EvidenceType.Simulator,
            ReportData = report.ReportData,
            Measurements = [new Measurement("measurement", report.Measurement)],
            Modes = [],
            Product = root,
            Time = report.Time,
            Platform = new PlatformIdentity("simulator", report.Platform),
            Details = [("root", root)],
        });
    }
}
