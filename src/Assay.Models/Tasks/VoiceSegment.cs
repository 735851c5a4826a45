namespace Assay.Models.Tasks;

/// <summary>A stretch of speech: first sample, and the one after the last, at <see cref="VoiceActivity.SampleRate"/>.</summary>
public readonly record struct VoiceSegment(long Start, long End)
{
    public double StartSeconds => (double)Start / VoiceActivity.SampleRate;

    public double EndSeconds => (double)End / VoiceActivity.SampleRate;
}
