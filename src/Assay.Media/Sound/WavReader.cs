using System.Buffers.Binary;

namespace Assay.Media.Sound;

/// <summary>WAV files: whole numbers of 8, 16, 24 or 32 bits, or floats of 32 or 64; one to eight channels, of which the mean is taken. Never throws on hostile bytes.</summary>
public static class WavReader
{
    private const int Pcm = 1;
    private const int Float = 3;
    private const int Extensible = 0xFFFE;

    /// <summary>Whether a file begins like a WAV file.</summary>
    public static bool IsWav(ReadOnlySpan<byte> file) => file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WAVE"u8);

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="error">Why there is no sound.</param>
    /// <param name="limits">Null for the defaults.</param>
    public static Clip? TryRead(ReadOnlySpan<byte> file, out MediaError? error, MediaLimits? limits = null)
    {
        limits ??= MediaLimits.Default;
        ReadOnlySpan<byte> format = default, data = default;
        bool hasData = false;
        error = file.Length > limits.FileBytes ? new MediaError(MediaErrors.TooLarge, $"The file has {file.Length:N0} bytes; the most are {limits.FileBytes:N0}.")
            : !IsWav(file) ? new MediaError(MediaErrors.Unknown, "This isn't a WAV file.", "Convert it to WAV, for example: ffmpeg -i in.mp3 out.wav")
            : null;
        for (int at = 12; error is null && !hasData;)
        {
            uint length = file.Length - at < 8 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (length > file.Length - at - 8)
            {
                error = new MediaError(MediaErrors.Truncated, "The WAV file ends before its samples do.");
                return null;
            }

            ReadOnlySpan<byte> body = file.Slice(at + 8, (int)length);
            if (file[at..].StartsWith("fmt "u8))
            {
                format = body;
            }
            else if (file[at..].StartsWith("data"u8))
            {
                data = body;
                hasData = true;
            }

            // Chunks begin at even places.
            at = (int)Math.Min(at + 8L + length + (length & 1), file.Length);
        }

        return error is null ? Decode(format, data, limits, out error) : null;
    }

    private static Clip? Decode(ReadOnlySpan<byte> format, ReadOnlySpan<byte> data, MediaLimits limits, out MediaError? error)
    {
        if (format.Length < 16)
        {
            error = new MediaError(MediaErrors.Malformed, "The WAV file doesn't say before its samples what they are.");
            return null;
        }

        int tag = BinaryPrimitives.ReadUInt16LittleEndian(format);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        int block = BinaryPrimitives.ReadUInt16LittleEndian(format[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        tag = tag == Extensible && format.Length >= 26 ? BinaryPrimitives.ReadUInt16LittleEndian(format[24..]) : tag;
        error = (tag, bits) is not ((Pcm, 8 or 16 or 24 or 32) or (Float, 32 or 64)) ? new MediaError(MediaErrors.Unsupported, $"Samples of WAV format {tag} with {bits} bits aren't read.", "Convert it to PCM with 16 bits, for example: ffmpeg -i in.wav -c:a pcm_s16le out.wav")
            : channels is < 1 or > 8 ? new MediaError(MediaErrors.Unsupported, $"{channels} channels aren't read; 1 to 8 are.")
            : rate is < 1000 or > 384_000 ? new MediaError(MediaErrors.Unsupported, $"{rate} samples a second aren't read; 1,000 to 384,000 are.")
            : block != channels * bits / 8 || data.Length % block != 0 ? new MediaError(MediaErrors.Malformed, "The WAV file's samples don't have the size that it says.")
            : data.IsEmpty ? new MediaError(MediaErrors.Malformed, "The WAV file has no samples.")
            : data.Length / block > limits.Samples ? new MediaError(MediaErrors.TooLarge, $"The sound has {data.Length / block:N0} samples; the most are {limits.Samples:N0}.", "Cut it into pieces.")
            : null;
        if (error is not null)
        {
            return null;
        }

        float[] samples = new float[data.Length / block];
        int size = bits / 8;
        for (int i = 0; i < samples.Length; i++)
        {
            double sum = 0;
            for (int c = 0; c < channels; c++)
            {
                sum += Sample(data[(i * block + c * size)..], tag, bits);
            }

            samples[i] = (float)(sum / channels);
            if (!float.IsFinite(samples[i]))
            {
                error = new MediaError(MediaErrors.Malformed, $"Sample {i} isn't a finite number.");
                return null;
            }
        }

        return new Clip((int)rate, samples);
    }

    private static double Sample(ReadOnlySpan<byte> at, int tag, int bits) => (tag, bits) switch
    {
        (Float, 32) => BinaryPrimitives.ReadSingleLittleEndian(at),
        (Float, _) => BinaryPrimitives.ReadDoubleLittleEndian(at),
        (_, 8) => (at[0] - 128) / 128.0,
        (_, 16) => BinaryPrimitives.ReadInt16LittleEndian(at) / 32_768.0,
        (_, 24) => (at[0] | at[1] << 8 | (sbyte)at[2] << 16) / 8_388_608.0,
        _ => BinaryPrimitives.ReadInt32LittleEndian(at) / 2_147_483_648.0,
    };
}
