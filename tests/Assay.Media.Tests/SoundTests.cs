using System.Buffers.Binary;
using System.Text;
using Assay.Media.Sound;
using Assay.Testing;

namespace Assay.Media.Tests;

public sealed class SoundTests
{
    public static TheoryData<int, int, int> Formats => new() { { 1, 8, 1 }, { 1, 16, 1 }, { 1, 16, 2 }, { 1, 24, 2 }, { 1, 32, 1 }, { 3, 32, 2 }, { 3, 64, 1 } };

    [Theory]
    [MemberData(nameof(Formats))]
    public void EveryFormat_IsRead_AndChannelsAreMixed(int tag, int bits, int channels)
    {
        double[] wave = [.. Enumerable.Range(0, 50).Select(static i => 0.75 * Math.Sin(i / 3.0))];
        foreach (bool extensible in new[] { false, true })
        {
            Clip clip = WavReader.TryRead(Wav(wave, tag, bits, channels, 22_050, extensible), out MediaError? error)!;
            Assert.Null(error);
            Assert.Equal((22_050, 50), (clip.Rate, clip.Samples.Length));
            for (int i = 0; i < wave.Length; i++)
            {
                // The second channel is silent.
                Assert.Equal(wave[i] / channels, clip.Samples.Span[i], bits == 8 ? 0.01 : 1e-4);
            }
        }
    }

    [Fact]
    public void Mutated_NeverThrows()
    {
        double[] wave = [.. Enumerable.Range(0, 40).Select(static i => 0.5 * Math.Sin(i))];
        FuzzSummary summary = FuzzRun.Run([.. Formats.Select(f => Wav(wave, (int)f[0], (int)f[1], (int)f[2], 16_000, (int)f[2] == 2))], static bytes =>
        {
            Clip? clip = WavReader.TryRead(bytes, out MediaError? error);
            Assert.True(clip is null == error is not null);
            return clip is not null;
        });
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
    }

    [Fact]
    public void Limits_AndWrongSizes_HaveCodes()
    {
        byte[] wav = Wav(new double[100], 1, 16, 1, 16_000, false);
        Assert.Null(WavReader.TryRead(wav.AsSpan()[..^1], out MediaError? error));
        Assert.Equal(MediaErrors.Truncated, error!.Code);
        Assert.Null(WavReader.TryRead(wav, out error, new MediaLimits { Samples = 99 }));
        Assert.Equal(MediaErrors.TooLarge, error!.Code);
        Assert.Null(WavReader.TryRead("ID3"u8, out error));
        Assert.Equal(MediaErrors.Unknown, error!.Code);
        Assert.Null(WavReader.TryRead(Wav([double.NaN], 3, 32, 1, 16_000, false), out error));
        Assert.Equal(MediaErrors.Malformed, error!.Code);
        Assert.Null(Resampler.TryConvert(new Clip(1000, new float[1000]), 384_000, new MediaLimits { Samples = 100_000 }));
    }

    /// <summary>A tone below both rates' halves stays what it is; one above the lower half goes away.</summary>
    [Theory]
    [InlineData(8000, 16_000, 1000)]
    [InlineData(44_100, 16_000, 3000)]
    [InlineData(48_000, 16_000, 5000)]
    [InlineData(22_050, 16_000, 440)]
    [InlineData(16_000, 16_000, 700)]
    public void Resampling_KeepsTones(int from, int to, int hertz)
    {
        float[] tone = [.. Enumerable.Range(0, from / 4).Select(i => (float)Math.Sin(2 * Math.PI * hertz * i / from))];
        Clip clip = Resampler.TryConvert(new Clip(from, tone), to)!;
        Assert.Equal((to, (tone.Length * (long)to + from - 1) / from), (clip.Rate, clip.Samples.Length));
        for (int i = 200; i < clip.Samples.Length - 200; i++)
        {
            Assert.Equal(Math.Sin(2 * Math.PI * hertz * i / to), clip.Samples.Span[i], 0.002);
        }
    }

    [Fact]
    public void Resampling_RemovesWhatTheLowerRateCantHold()
    {
        float[] tone = [.. Enumerable.Range(0, 12_000).Select(static i => (float)Math.Sin(2 * Math.PI * 9500 * i / 48_000))];
        Clip clip = Resampler.TryConvert(new Clip(48_000, tone), 16_000)!;
        Assert.All(clip.Samples.Slice(100, clip.Samples.Length - 200).ToArray(), static v => Assert.InRange(v, -0.001f, 0.001f));
    }

    internal static byte[] Wav(double[] wave, int tag, int bits, int channels, int rate, bool extensible)
    {
        using MemoryStream body = new();
        Span<byte> sample = stackalloc byte[8];
        foreach (double value in wave)
        {
            for (int c = 0; c < channels; c++)
            {
                double v = c == 0 ? value : 0;
                switch (tag, bits)
                {
                    case (3, 32): BinaryPrimitives.WriteSingleLittleEndian(sample, (float)v); break;
                    case (3, _): BinaryPrimitives.WriteDoubleLittleEndian(sample, v); break;
                    case (_, 8): sample[0] = (byte)(128 + Math.Round(v * 127)); break;
                    default: BinaryPrimitives.WriteInt64LittleEndian(sample, (long)Math.Round(v * ((1L << (bits - 1)) - 1))); break;
                }

                body.Write(sample[..(bits / 8)]);
            }
        }

        using MemoryStream file = new();
        using BinaryWriter writer = new(file, Encoding.ASCII);
        int format = extensible ? 40 : 16;
        writer.Write("RIFF"u8);
        writer.Write((int)(4 + 8 + format + 8 + 6 + 8 + body.Length));
        writer.Write("WAVEfmt "u8);
        writer.Write(format);
        writer.Write((ushort)(extensible ? 0xFFFE : tag));
        writer.Write((ushort)channels);
        writer.Write(rate);
        writer.Write(rate * channels * bits / 8);
        writer.Write((ushort)(channels * bits / 8));
        writer.Write((ushort)bits);
        if (extensible)
        {
            writer.Write((ushort)22);
            writer.Write((ushort)bits);
            writer.Write(0);
            writer.Write((ushort)tag);
            writer.Write(new byte[14]);
        }

        // A chunk of an odd length, as players write them.
        writer.Write("LIST"u8);
        writer.Write(5);
        writer.Write("hello\0"u8);
        writer.Write("data"u8);
        writer.Write((int)body.Length);
        writer.Write(body.ToArray());
        writer.Flush();
        return file.ToArray();
    }
}
