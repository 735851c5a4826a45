using System.Collections.Immutable;
using System.Text.Json;

namespace Assay.Models.Tasks.Measuring;

/// <summary>Recall and precision of faces at an overlap of one half, and how far exact boxes are from float ones.</summary>
internal static class FaceMeasurement
{
    private const double LeastOverlap = 0.5;

    private sealed record Picture(ImmutableArray<FaceBox> Faces, Score Float, Score Exact, Score Same, double LeastSame);

    /// <summary>Boxes found that are right, those that aren't, and the overlaps of the right ones.</summary>
    private sealed record Score(int Wrong, ImmutableArray<double> Overlaps)
    {
        public int Right => Overlaps.Length;

        public int Detections => Right + Wrong;
    }

    public static TaskReport Run(string folder, SideBySide runs, int most)
    {
        using JsonDocument truth = TaskMeasurement.Json(folder, "test_truth.json");
        ImmutableArray<FaceBox>[] faces = [.. truth.RootElement.EnumerateArray().Select(static p => Boxes(p.GetProperty("faces")))];
        float[][] pictures = runs.Items(folder);
        int[] outputs = [runs.Output("scores_fine"), runs.Output("scores_coarse"), runs.Output("values_fine"), runs.Output("values_coarse")];
        if (faces.Length != pictures.Length)
        {
            throw new InvalidDataException("test_truth.json has another number of pictures than test_inputs.npy.");
        }

        Picture[] seen = runs.ForEach(TaskMeasurement.Sample(pictures.Length, most), (item, inFloat, exactly) =>
        {
            ImmutableArray<FaceBox> a = Detect(inFloat(pictures[item]));
            ImmutableArray<FaceBox> b = Detect(exactly(pictures[item]));
            Score same = Match(a, b);
            return new Picture(faces[item], Match(faces[item], a), Match(faces[item], b), same, same.Overlaps.Append(1).Min());
        });

        ImmutableArray<FaceBox> Detect(float[][] y) => [.. FaceDetector.Detect(y[outputs[0]], y[outputs[1]], y[outputs[2]], y[outputs[3]]).Select(static d => d.Box)];
        double marked = seen.Sum(static p => p.Faces.Length);
        Picture[] without = [.. seen.Where(static p => p.Faces.Length == 0)];
        TaskFigure Of(string name, Func<Func<Picture, Score>, double> figure) => new(name, figure(static p => p.Float), figure(static p => p.Exact));
        double Right(Func<Picture, Score> of) => seen.Sum(p => of(p).Right);
        int same = seen.Sum(static p => p.Same.Right);
        return new TaskReport("face-detection", $"{seen.Length} pictures, {marked} faces, {without.Length} pictures without", [
            Of("faces found", Right),
            Of("detections", of => seen.Sum(p => of(p).Detections)),
            Of("recall", of => Ratio(Right(of), marked)),
            Of("precision", of => Ratio(Right(of), seen.Sum(p => of(p).Detections))),
            Of("mean overlap with the marked box", of => Ratio(seen.Sum(p => of(p).Overlaps.Sum()), Right(of))),
            Of("pictures without faces that have a detection", of => without.Count(p => of(p).Detections > 0)),
            new TaskFigure("boxes of both", null, same),
            new TaskFigure("boxes of float only", null, seen.Sum(static p => p.Float.Detections) - same),
            new TaskFigure("boxes of exact only", null, seen.Sum(static p => p.Exact.Detections) - same),
            new TaskFigure("mean overlap of exact and float boxes", null, Ratio(seen.Sum(static p => p.Same.Overlaps.Sum()), same)),
            new TaskFigure("least overlap of exact and float boxes", null, seen.Min(static p => p.LeastSame)),
        ]);
    }

    /// <summary>Each true box is met by at most one of those found, which are in order, the best first.</summary>
    private static Score Match(ImmutableArray<FaceBox> truth, ImmutableArray<FaceBox> found)
    {
        List<FaceBox> open = [.. truth];
        List<double> overlaps = [];
        foreach (FaceBox box in found)
        {
            int best = open.Count == 0 ? -1 : open.IndexOf(open.MaxBy(box.Overlap));
            if (best >= 0 && open[best].Overlap(box) >= LeastOverlap)
            {
                overlaps.Add(open[best].Overlap(box));
                open.RemoveAt(best);
            }
        }

        return new Score(found.Length - overlaps.Count, [.. overlaps]);
    }

    private static ImmutableArray<FaceBox> Boxes(JsonElement list) =>
        [.. list.EnumerateArray().Select(static b => new FaceBox(b[0].GetDouble(), b[1].GetDouble(), b[2].GetDouble(), b[3].GetDouble()))];

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}
