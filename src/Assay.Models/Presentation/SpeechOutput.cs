namespace Assay.Models.Presentation;

/// <summary>For each chunk the probability that somebody speaks, which <c>Tasks.VoiceActivity</c> makes stretches of speech of.</summary>
/// <param name="Tensor">The output's name; one element.</param>
public sealed record SpeechOutput(string Tensor) : OutputPresentation;
