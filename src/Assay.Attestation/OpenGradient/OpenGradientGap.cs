namespace Assay.Attestation;

/// <summary>Something that OpenGradient's rule doesn't cover.</summary>
/// <param name="Code">A stable code, <c>og/gap/…</c>.</param>
/// <param name="Sentence">In plain words.</param>
public sealed record OpenGradientGap(string Code, string Sentence);
