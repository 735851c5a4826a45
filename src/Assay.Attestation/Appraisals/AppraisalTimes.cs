namespace Assay.Attestation;

/// <summary>The two clocks of an appraisal (spec/attestation.md, "Time").</summary>
/// <param name="At">When the evidence counted: certificates, lists and freshness are held against it.</param>
/// <param name="Known">Up to when statements about the platform are heard. Not before <paramref name="At"/> for a receipt; the same for a file looked at by itself.</param>
public sealed record AppraisalTimes(DateTimeOffset At, DateTimeOffset Known)
{
    /// <summary>One time for both.</summary>
    public static AppraisalTimes Of(DateTimeOffset at) => new(at, at);
}
