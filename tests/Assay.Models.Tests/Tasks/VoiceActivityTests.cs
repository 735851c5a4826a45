using System.Text.Json;
using Assay.Models.Tasks;

namespace Assay.Models.Tests.Tasks;

/// <summary>Segments against another reading of Silero's get_speech_timestamps (Fixtures/tasks.py); chunks against its rule.</summary>
public sealed class VoiceActivityTests
{
    [Fact]
    public void Segments_Cases_AreSileros()
    {
        int segments = 0;
        foreach (JsonElement item in TaskCases.Of("voice"))
        {
            VoiceOptions options = new() { Padding = item.GetProperty("padding").GetInt32(), MinSilence = item.GetProperty("min_silence").GetInt32() };
            VoiceSegment[] expected = [.. item.GetProperty("segments").EnumerateArray().Select(static s => new VoiceSegment(s[0].GetInt64(), s[1].GetInt64()))];
            Assert.Equal(expected, VoiceActivity.Segments(TaskCases.Floats(item.GetProperty("probabilities")), item.GetProperty("samples").GetInt64(), options));
            segments += expected.Length;
        }

        Assert.True(segments > 20);
    }

    [Fact]
    public void FillChunk_Clip_HasContextAndZeros()
    {
        float[] clip = [.. Enumerable.Range(1, 1100).Select(i => (float)i)];
        Assert.Equal(3, VoiceActivity.Chunks(clip.Length));
        float[] padded = [.. new float[64], .. clip, .. new float[3 * 512 - 1100]];
        float[] input = new float[VoiceActivity.InputSamples];
        for (int chunk = 0; chunk < 3; chunk++)
        {
            Array.Fill(input, float.NaN);
            VoiceActivity.FillChunk(clip, chunk, input);
            Assert.Equal(padded.AsSpan(chunk * 512, 576).ToArray(), input);
        }

        Assert.Throws<ArgumentException>(() => VoiceActivity.FillChunk(clip, 3, input));
        Assert.Throws<ArgumentException>(() => VoiceActivity.FillChunk(clip, 0, new float[512]));
        Assert.Equal(0, VoiceActivity.Chunks(0));
    }

    [Fact]
    public void Segment_Seconds() => Assert.Equal((0.5, 1.0), (new VoiceSegment(8000, 16000).StartSeconds, new VoiceSegment(8000, 16000).EndSeconds));

    [Theory]
    [InlineData(0.95f, 0.05f, 0, false)]
    [InlineData(0.05f, 0.95f, 180, true)]
    [InlineData(0.2f, 0.8f, 180, false)]
    [InlineData(0.5f, 0.5f, 0, false)]
    public void Orientation_Scores_AreRead(float upright, float turned, int degrees, bool turn)
    {
        TextOrientation read = TextOrientation.Read([upright, turned]);
        Assert.Equal((degrees, turn), (read.Degrees, read.Turn));
        Assert.Throws<ArgumentException>(() => TextOrientation.Read([1f]));
    }
}
