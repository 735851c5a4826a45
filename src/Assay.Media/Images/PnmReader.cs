using System.Buffers.Binary;

namespace Assay.Media.Images;

/// <summary>Netpbm's grey and colour pictures, as text (P2, P3) and binary (P5, P6), with up to 65,535 steps.</summary>
internal static class PnmReader
{
    internal static bool Begins(ReadOnlySpan<byte> file) =>
        file.Length >= 3 && file[0] == 'P' && file[1] is (byte)'2' or (byte)'3' or (byte)'5' or (byte)'6' && IsSpace(file[2]);

    internal static Picture? Read(ReadOnlySpan<byte> file, MediaLimits limits, out MediaError? error)
    {
        bool isText = file[1] is (byte)'2' or (byte)'3';
        int channels = file[1] is (byte)'3' or (byte)'6' ? 3 : 1;
        int at = 2;
        int width = Number(file, ref at), height = Number(file, ref at), maximum = Number(file, ref at);
        error = width < 0 || height < 0 || maximum is < 1 or > 65_535 || at >= file.Length || !IsSpace(file[at])
            ? new MediaError(MediaErrors.Malformed, "The picture's header has no width, height and greatest value (1 to 65,535).")
            : Picture.Check(width, height, limits);
        if (error is not null)
        {
            return null;
        }

        at++;
        int count = width * height * channels;
        int size = maximum > 255 ? 2 : 1;

        // As text every sample takes a digit and a space, but the last.
        if (file.Length - at < (isText ? 2L * count - 1 : (long)count * size))
        {
            error = new MediaError(MediaErrors.Truncated, $"The file ends before the last of its {count:N0} samples.");
            return null;
        }

        byte[] rgb = GC.AllocateUninitializedArray<byte>(3 * width * height);
        for (int i = 0; i < count; i++)
        {
            int sample = isText ? Number(file, ref at) : size == 1 ? file[at + i] : BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2 * i)..]);
            if ((uint)sample > (uint)maximum)
            {
                error = new MediaError(MediaErrors.Malformed, $"Sample {i} isn't a number from 0 to {maximum}.");
                return null;
            }

            byte value = (byte)((sample * 510L + maximum) / (2 * maximum));
            if (channels == 3)
            {
                rgb[i] = value;
            }
            else
            {
                rgb.AsSpan(3 * i, 3).Fill(value);
            }
        }

        return new Picture(width, height, rgb);
    }

    // After spaces and comments; -1 if there is none or it is too large.
    private static int Number(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length && (IsSpace(file[at]) || file[at] == '#'))
        {
            if (file[at++] == '#')
            {
                while (at < file.Length && file[at] is not (byte)'\n' and not (byte)'\r')
                {
                    at++;
                }
            }
        }

        int begin = at, value = 0;
        for (; at < file.Length && file[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            value = value > 10_000_000 ? value : 10 * value + (file[at] - '0');
        }

        return at > begin && at - begin < 9 ? value : -1;
    }

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0B or 0x0C;
}
