using Assay.Models.Data;

namespace Assay.Models.Tasks.Measuring;

/// <summary>Which lines of text are read the right way up.</summary>
internal static class OrientationMeasurement
{
    private sealed record Line(bool FloatIsRight, bool ExactIsRight, bool Same, bool SameTurn, double Difference);

    public static TaskReport Run(string folder, SideBySide runs, int most)
    {
        float[][] pictures = runs.Items(folder);
        long[] labels = NpyReader.TryRead(File.ReadAllBytes(Path.Combine(folder, "test_labels.npy")), out _)?.ToIntegers() is { } read && read.Length == pictures.Length
            ? read
            : throw new InvalidDataException("test_labels.npy doesn't fit test_inputs.npy.");
        int scores = runs.Output("scores");
        Line[] lines = runs.ForEach(TaskMeasurement.Sample(pictures.Length, most), (item, inFloat, exactly) =>
        {
            float[] a = inFloat(pictures[item])[scores];
            float[] b = exactly(pictures[item])[scores];
            (TextOrientation inA, TextOrientation inB) = (TextOrientation.Read(a), TextOrientation.Read(b));
            int right = labels[item] == 1 ? 180 : 0;
            return new Line(inA.Degrees == right, inB.Degrees == right, inA.Degrees == inB.Degrees, inA.Turn == inB.Turn, a.Zip(b, static (x, y) => Math.Abs((double)x - y)).Max());
        });
        double count = lines.Length;
        (int inFloat, int exact) = (lines.Count(static l => l.FloatIsRight), lines.Count(static l => l.ExactIsRight));
        return new TaskReport("text-orientation", $"{lines.Length} lines", [
            new TaskFigure("right", inFloat, exact),
            new TaskFigure("accuracy", inFloat / count, exact / count),
            new TaskFigure("same answer", null, lines.Count(static l => l.Same)),
            new TaskFigure("turned alike", null, lines.Count(static l => l.SameTurn)),
            new TaskFigure("mean difference of scores", null, lines.Average(static l => l.Difference)),
            new TaskFigure("largest difference of scores", null, lines.Max(static l => l.Difference)),
        ]);
    }
}
