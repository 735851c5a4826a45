using System.Collections.Immutable;
using Assay.Models.Float;

namespace Assay.Models.Tasks;

/// <summary>
/// From the outputs of BlazeFace (front camera, 128x128) to faces: MediaPipe's anchors, decoding and weighted
/// non-maximum suppression. Sources: V. Bazarevsky et al., BlazeFace, arXiv:1907.05047; MediaPipe's face_detection_front
/// graph and its calculators SsdAnchors, TensorsToDetections and NonMaxSuppression.
/// </summary>
public static class FaceDetector
{
    /// <summary>Width and height of the model's input, pixels.</summary>
    public const int InputSize = 128;

    /// <summary>Anchors of the 16x16 grid, two a cell: elements of the first score output.</summary>
    public const int FineAnchors = 16 * 16 * 2;

    /// <summary>Anchors of the 8x8 grid, six a cell: elements of the second score output.</summary>
    public const int CoarseAnchors = 8 * 8 * 6;

    /// <summary>Values for an anchor: centre, size, and six points.</summary>
    public const int ValuesPerAnchor = 4 + 2 * 6;

    // A sigmoid's argument is clipped there, so that a wild score can't overflow.
    private const float MaxLogit = 100;

    /// <summary>What the six points are; left and right are the person's own.</summary>
    public static ImmutableArray<string> PointNames { get; } = ["right eye", "left eye", "nose", "mouth", "right ear", "left ear"];

    /// <summary>The faces in a picture, best first.</summary>
    /// <param name="fineScores">[512], logits, cell by cell of the 16x16 grid from the top left, two anchors a cell.</param>
    /// <param name="coarseScores">[384], logits, the 8x8 grid, six anchors a cell.</param>
    /// <param name="fineValues">[512, 16], in pixels of the input, relative to the anchor's centre.</param>
    /// <param name="coarseValues">[384, 16].</param>
    /// <param name="options">Thresholds; null for the defaults.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public static ImmutableArray<FaceDetection> Detect(
        ReadOnlySpan<float> fineScores,
        ReadOnlySpan<float> coarseScores,
        ReadOnlySpan<float> fineValues,
        ReadOnlySpan<float> coarseValues,
        FaceOptions? options = null)
    {
        options ??= new FaceOptions();
        List<FaceDetection> candidates = [];
        Collect(fineScores, fineValues, 16, 2, options.MinScore, candidates);
        Collect(coarseScores, coarseValues, 8, 6, options.MinScore, candidates);

        // Equal scores stay in the anchors' order: List.Sort wouldn't keep it.
        List<FaceDetection> left = [.. candidates.OrderByDescending(static c => c.Score)];
        ImmutableArray<FaceDetection>.Builder faces = ImmutableArray.CreateBuilder<FaceDetection>();
        while (left.Count > 0)
        {
            FaceBox best = left[0].Box;

            // A box without area overlaps nothing, not even itself, yet has to leave the list.
            List<FaceDetection> same = [left[0], .. left.Skip(1).Where(c => c.Box.Overlap(best) > options.SameFace)];
            left = [.. left.Skip(1).Where(c => !(c.Box.Overlap(best) > options.SameFace))];
            faces.Add(Merge(same));
        }

        return faces.ToImmutable();
    }

    private static void Collect(
        ReadOnlySpan<float> scores, ReadOnlySpan<float> values, int grid, int perCell, double minScore, List<FaceDetection> candidates)
    {
        int anchors = grid * grid * perCell;
        if (scores.Length != anchors || values.Length != anchors * ValuesPerAnchor)
        {
            throw new ArgumentException($"the {grid}x{grid} grid has {anchors} scores and {anchors * ValuesPerAnchor} values, not {scores.Length} and {values.Length}");
        }

        for (int anchor = 0; anchor < anchors; anchor++)
        {
            double score = PortableMath.Sigmoid(Math.Clamp(scores[anchor], -MaxLogit, MaxLogit));
            if (score >= minScore)
            {
                int cell = anchor / perCell;
                FacePoint centre = new((cell % grid + 0.5) / grid, (cell / grid + 0.5) / grid);
                candidates.Add(Decode(score, centre, values.Slice(anchor * ValuesPerAnchor, ValuesPerAnchor)));
            }
        }
    }

    private static FaceDetection Decode(double score, FacePoint centre, ReadOnlySpan<float> values)
    {
        double width = (double)values[2] / InputSize;
        double height = (double)values[3] / InputSize;
        ImmutableArray<FacePoint>.Builder points = ImmutableArray.CreateBuilder<FacePoint>(PointNames.Length);
        for (int i = 4; i < ValuesPerAnchor; i += 2)
        {
            points.Add(new FacePoint(centre.X + (double)values[i] / InputSize, centre.Y + (double)values[i + 1] / InputSize));
        }

        FacePoint middle = new(centre.X + (double)values[0] / InputSize, centre.Y + (double)values[1] / InputSize);
        return new FaceDetection(score, new FaceBox(middle.X - width / 2, middle.Y - height / 2, width, height), points.MoveToImmutable());
    }

    /// <summary>The mean of what was found for one face, weighted by score; the score is the best one's.</summary>
    private static FaceDetection Merge(List<FaceDetection> same)
    {
        double total = 0;
        double left = 0, top = 0, right = 0, bottom = 0;
        double[] points = new double[2 * PointNames.Length];
        foreach (FaceDetection candidate in same)
        {
            double weight = candidate.Score;
            FaceBox box = candidate.Box;
            total += weight;
            left += weight * box.X;
            top += weight * box.Y;
            right += weight * (box.X + box.Width);
            bottom += weight * (box.Y + box.Height);
            for (int i = 0; i < candidate.Points.Length; i++)
            {
                points[2 * i] += weight * candidate.Points[i].X;
                points[2 * i + 1] += weight * candidate.Points[i].Y;
            }
        }

        return new FaceDetection(
            same[0].Score,
            new FaceBox(left / total, top / total, (right - left) / total, (bottom - top) / total),
            [.. Enumerable.Range(0, PointNames.Length).Select(i => new FacePoint(points[2 * i] / total, points[2 * i + 1] / total))]);
    }
}
