using System.Collections.Immutable;
using System.Text.Json;
using Assay.Models.Tasks;

namespace Assay.Models.Tests.Tasks;

/// <summary>Anchors, decoding and suppression against another reading of MediaPipe's sources (Fixtures/tasks.py).</summary>
public sealed class FaceDetectorTests
{
    [Fact]
    public void Detect_Cases_AreMediaPipes()
    {
        int faces = 0;
        foreach (JsonElement item in TaskCases.Of("face"))
        {
            Outputs outputs = new();
            foreach (JsonElement anchor in item.GetProperty("anchors").EnumerateArray())
            {
                outputs.Set(anchor.GetProperty("index").GetInt32(), anchor.GetProperty("logit").GetSingle(), TaskCases.Floats(anchor.GetProperty("values")));
            }

            ImmutableArray<FaceDetection> found = outputs.Detect();
            JsonElement[] expected = [.. item.GetProperty("faces").EnumerateArray()];
            Assert.Equal(expected.Length, found.Length);
            for (int i = 0; i < expected.Length; i++, faces++)
            {
                FaceDetection face = found[i];
                double[] actual = [face.Score, face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height, .. face.Points.SelectMany(p => new[] { p.X, p.Y })];
                Assert.All(actual.Zip(TaskCases.Doubles(expected[i])), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
            }
        }

        Assert.True(faces > 30);
    }

    [Fact]
    public void Detect_NothingAboveTheScore_IsNoFace()
    {
        Outputs outputs = new();
        outputs.Set(3, 2, new float[FaceDetector.ValuesPerAnchor]);
        Assert.Empty(outputs.Detect(new FaceOptions { MinScore = 0.9 }));
        Assert.Empty(new Outputs().Detect());
    }

    [Fact]
    public void Detect_WildNumbers_Ends()
    {
        Outputs outputs = new();
        float[] wild = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -5, 0, float.MaxValue];
        for (int i = 0; i < 896; i++)
        {
            outputs.Set(i, wild[i % 6], [.. Enumerable.Range(0, FaceDetector.ValuesPerAnchor).Select(k => wild[(i / 6 + k) % 6])]);
        }

        Assert.InRange(outputs.Detect().Length, 1, 896);
    }

    [Fact]
    public void Detect_OtherLengths_IsAProgrammingError() => Assert.Throws<ArgumentException>(
        () => FaceDetector.Detect(new float[511], new float[384], new float[512 * 16], new float[384 * 16]));

    [Fact]
    public void Overlap_KnownBoxes()
    {
        FaceBox box = new(0, 0, 2, 2);
        Assert.Equal(1, box.Overlap(box));
        Assert.Equal(1.0 / 7, box.Overlap(new FaceBox(1, 1, 2, 2)), 1e-12);
        Assert.Equal(0, box.Overlap(new FaceBox(2, 0, 1, 1)));
        Assert.Equal(0, box.Overlap(new FaceBox(1, 1, -1, 1)));
    }

    [Fact]
    public void Letterbox_WidePicture_BarsAreTakenAway()
    {
        Letterbox fitted = new(400, 200);
        Assert.Equal(new FacePoint(0.5, 0.5), fitted.ToPicture(new FacePoint(0.5, 0.5)));
        Assert.Equal(new FacePoint(0, 0), fitted.ToPicture(new FacePoint(0, 0.25)));
        Assert.Equal(new FaceBox(0, 0, 1, 1), fitted.ToPicture(new FaceBox(0, 0.25, 1, 0.5)));
        Assert.Equal(new FaceBox(0, 0, 1, 1), new Letterbox(30, 60).ToPicture(new FaceBox(0.25, 0, 0.5, 1)));
    }

    private sealed class Outputs
    {
        private readonly float[] _logits = [.. Enumerable.Repeat(-100f, 896)];
        private readonly float[] _values = new float[896 * FaceDetector.ValuesPerAnchor];

        internal void Set(int anchor, float logit, float[] values)
        {
            _logits[anchor] = logit;
            values.CopyTo(_values, anchor * FaceDetector.ValuesPerAnchor);
        }

        internal ImmutableArray<FaceDetection> Detect(FaceOptions? options = null)
        {
            int fine = FaceDetector.FineAnchors;
            int values = fine * FaceDetector.ValuesPerAnchor;
            return FaceDetector.Detect(_logits.AsSpan(0, fine), _logits.AsSpan(fine), _values.AsSpan(0, values), _values.AsSpan(values), options);
        }
    }
}
