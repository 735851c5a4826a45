using System.Collections.Immutable;

namespace Assay.Models.Tasks;

/// <summary>
/// Sound in chunks for Silero VAD (v5, 16 kHz), and its probabilities back to stretches of speech, as the publisher's
/// <c>get_speech_timestamps</c> does it. Source: Silero VAD, github.com/snakers4/silero-vad, MIT.
/// </summary>
public static class VoiceActivity
{
    /// <summary>Samples a second.</summary>
    public const int SampleRate = 16_000;

    /// <summary>New samples in each chunk: 32 ms, and one probability.</summary>
    public const int ChunkSamples = 512;

    /// <summary>Samples of the chunk before that a chunk starts with; zeros at the beginning.</summary>
    public const int ContextSamples = 64;

    /// <summary>Elements of the model's audio input.</summary>
    public const int InputSamples = ContextSamples + ChunkSamples;

    /// <summary>Elements of each of the model's two states, which are zeros at the beginning of a clip.</summary>
    public const int StateElements = 128;

    /// <summary>Chunks that cover a clip, the last one filled up with zeros.</summary>
    public static int Chunks(int samples) => (int)(((long)samples + ChunkSamples - 1) / ChunkSamples);

    /// <summary>Writes one chunk's input.</summary>
    /// <param name="clip">The clip's samples.</param>
    /// <param name="chunk">0 to <see cref="Chunks"/> - 1.</param>
    /// <param name="input">[<see cref="InputSamples"/>].</param>
    /// <exception cref="ArgumentException">The input has another length, or the chunk isn't in the clip.</exception>
    public static void FillChunk(ReadOnlySpan<float> clip, int chunk, Span<float> input)
    {
        if (input.Length != InputSamples || chunk < 0 || chunk >= Chunks(clip.Length))
        {
            throw new ArgumentException($"chunk {chunk} of {Chunks(clip.Length)} into {input.Length} elements");
        }

        input.Clear();
        int begin = chunk * ChunkSamples;
        int from = Math.Max(begin - ContextSamples, 0);
        int to = (int)Math.Min((long)begin + ChunkSamples, clip.Length);
        clip[from..to].CopyTo(input[(ContextSamples - (begin - from))..]);
    }

    /// <summary>The stretches of speech in a clip, in order, apart from one another.</summary>
    /// <param name="probabilities">One for each chunk.</param>
    /// <param name="samples">The clip's length; nothing reaches beyond it.</param>
    /// <param name="options">Thresholds; null for the defaults.</param>
    public static ImmutableArray<VoiceSegment> Segments(ReadOnlySpan<float> probabilities, long samples, VoiceOptions? options = null)
    {
        options ??= new VoiceOptions();
        List<VoiceSegment> found = Find(probabilities, samples, options);
        long padding = Samples(options.Padding);
        for (int i = 0; i < found.Count; i++)
        {
            bool last = i == found.Count - 1;
            long gap = last ? long.MaxValue : found[i + 1].Start - found[i].End;

            // Where two paddings don't fit between two stretches, each gets half of what is there.
            long after = gap < 2 * padding ? gap / 2 : padding;
            found[i] = new VoiceSegment(
                i == 0 ? Math.Max(found[i].Start - padding, 0) : found[i].Start, Math.Min(found[i].End + after, samples));
            if (!last)
            {
                found[i + 1] = found[i + 1] with { Start = found[i + 1].Start - after };
            }
        }

        return [.. found];
    }

    private static List<VoiceSegment> Find(ReadOnlySpan<float> probabilities, long samples, VoiceOptions options)
    {
        List<VoiceSegment> found = [];
        long start = -1, silence = -1;
        for (int chunk = 0; chunk < probabilities.Length; chunk++)
        {
            long at = (long)chunk * ChunkSamples;
            if (probabilities[chunk] >= options.Threshold)
            {
                silence = -1;
                start = start < 0 ? at : start;
            }
            else if (start >= 0 && probabilities[chunk] < options.EndThreshold)
            {
                silence = silence < 0 ? at : silence;
                if (at - silence >= Samples(options.MinSilence))
                {
                    Add(found, start, silence, options);
                    start = silence = -1;
                }
            }
        }

        if (start >= 0)
        {
            Add(found, start, samples, options);
        }

        return found;
    }

    private static void Add(List<VoiceSegment> found, long start, long end, VoiceOptions options)
    {
        if (end - start > Samples(options.MinSpeech))
        {
            found.Add(new VoiceSegment(start, end));
        }
    }

    private static long Samples(int milliseconds) => (long)SampleRate * milliseconds / 1000;
}
