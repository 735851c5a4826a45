namespace Assay.Models.Tasks;

/// <summary>What counts as speech. The defaults are Silero VAD's.</summary>
public sealed record VoiceOptions
{
    /// <summary>Speech begins at this probability.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Speech ends below this probability; Silero's is 0.15 below the other, and at least 0.01.</summary>
    public double EndThreshold { get; init; } = 0.35;

    /// <summary>Shorter speech is dropped, milliseconds.</summary>
    public int MinSpeech { get; init; } = 250;

    /// <summary>Shorter silence doesn't end speech, milliseconds.</summary>
    public int MinSilence { get; init; } = 100;

    /// <summary>Added before and after speech, milliseconds.</summary>
    public int Padding { get; init; } = 30;
}
