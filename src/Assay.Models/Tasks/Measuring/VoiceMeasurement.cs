using System.Buffers.Binary;
using System.Text.Json;

namespace Assay.Models.Tasks.Measuring;

/// <summary>Whole clips, chunk by chunk, float and exact each with its own state carried on.</summary>
internal static class VoiceMeasurement
{
    private const int HeaderBytes = 44;
    private const double Threshold = 0.5;

    private sealed record Chunk(bool Counts, bool Speech, double Float, double Exact);

    public static TaskReport Run(string folder, SideBySide runs, int most)
    {
        using JsonDocument list = TaskMeasurement.Json(folder, "test_clips.json");
        (string File, string Truth)[] clips = [.. list.RootElement.EnumerateArray().Select(static c => (c.GetProperty("file").GetString()!, c.GetProperty("truth").GetString()!))];
        int[] outputs = [runs.Output("probability"), runs.Output("h_next"), runs.Output("c_next")];
        int[] picked = TaskMeasurement.Sample(clips.Length, most);
        Chunk[] chunks = [.. runs.ForEach(picked, (clip, inFloat, exactly) =>
        {
            float[] samples = Samples(Path.Combine(folder, "clips", Path.GetFileName(clips[clip].File)));
            string truth = clips[clip].Truth;
            if (truth.Length != VoiceActivity.Chunks(samples.Length))
            {
                throw new InvalidDataException($"{clips[clip].File} has another number of chunks than test_clips.json says.");
            }

            double[] a = Carry(samples, outputs, inFloat);
            double[] b = Carry(samples, outputs, exactly);
            return truth.Select((t, i) => new Chunk(t != '-', t == '1', a[i], b[i])).ToArray();
        }).SelectMany(static c => c)];

        Chunk[] counted = [.. chunks.Where(static c => c.Counts)];
        int Right(Func<Chunk, double> of) => counted.Count(c => of(c) >= Threshold == c.Speech);
        TaskFigure Of(string name, Func<Func<Chunk, double>, double> figure) => new(name, figure(static c => c.Float), figure(static c => c.Exact));
        return new TaskReport("voice-activity", $"{picked.Length} clips, {chunks.Length} chunks of which {counted.Length} count", [
            Of("right", of => Right(of)),
            Of("accuracy", of => Right(of) / (double)counted.Length),
            Of("area under the ROC curve", of => Area(counted, of)),
            new TaskFigure("same side of one half, of all chunks", null, chunks.Count(static c => c.Float >= Threshold == c.Exact >= Threshold)),
            new TaskFigure("mean difference of probabilities", null, chunks.Average(static c => Math.Abs(c.Float - c.Exact))),
            new TaskFigure("largest difference of probabilities", null, chunks.Max(static c => Math.Abs(c.Float - c.Exact))),
        ]);
    }

    private static double[] Carry(float[] samples, int[] outputs, SideBySide.Run run)
    {
        double[] probabilities = new double[VoiceActivity.Chunks(samples.Length)];
        float[] input = new float[VoiceActivity.InputSamples];
        float[] h = new float[VoiceActivity.StateElements];
        float[] c = new float[VoiceActivity.StateElements];
        for (int chunk = 0; chunk < probabilities.Length; chunk++)
        {
            VoiceActivity.FillChunk(samples, chunk, input);
            float[][] y = run(input, h, c);
            (probabilities[chunk], h, c) = (y[outputs[0]][0], y[outputs[1]], y[outputs[2]]);
        }

        return probabilities;
    }

    /// <summary>The share of pairs of speech and no speech that are in the right order; equal ones count half.</summary>
    private static double Area(Chunk[] chunks, Func<Chunk, double> of)
    {
        Chunk[] sorted = [.. chunks.OrderBy(of)];
        double positives = chunks.Count(static c => c.Speech);
        double ranks = 0;
        for (int first = 0; first < sorted.Length;)
        {
            int end = first;
            while (end < sorted.Length && of(sorted[end]) == of(sorted[first]))
            {
                end++;
            }

            // Equal ones share the mean of their ranks, which begin with 1.
            ranks += sorted.AsSpan(first, end - first).ToArray().Count(static c => c.Speech) * (first + 1 + end) / 2.0;
            first = end;
        }

        double pairs = positives * (chunks.Length - positives);
        return pairs == 0 ? 0 : (ranks - (positives * (positives + 1) / 2)) / pairs;
    }

    /// <summary>The package's own clips: 16 bits, one channel, the shortest header.</summary>
    private static float[] Samples(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < HeaderBytes || !file.AsSpan(0, 4).SequenceEqual("RIFF"u8) || !file.AsSpan(36, 4).SequenceEqual("data"u8)
            || BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(22)) != 1 || BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(24)) != VoiceActivity.SampleRate
            || BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(34)) != 16)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} isn't 16-bit sound of one channel at 16 kHz.");
        }

        float[] samples = new float[(file.Length - HeaderBytes) / 2];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(HeaderBytes + (2 * i)));
        }

        return samples;
    }
}
