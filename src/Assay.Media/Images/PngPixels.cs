using System.Buffers.Binary;

namespace Assay.Media.Images;

/// <summary>From a PNG's samples to red, green and blue; what is transparent is shown on white.</summary>
internal sealed class PngPixels
{
    private readonly PngHeader _header;
    private readonly byte[] _palette;
    private readonly byte[] _alphas;
    private readonly int[]? _clear;

    internal PngPixels(PngHeader header, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> transparency)
    {
        _header = header;
        _palette = palette.ToArray();
        _alphas = header.Colour == 3 ? transparency.ToArray() : [];

        // One grey, or one colour, that stands for "nothing here".
        if (header.Colour is 0 or 2 && transparency.Length == 2 * header.Channels)
        {
            _clear = new int[header.Channels];
            for (int c = 0; c < _clear.Length; c++)
            {
                _clear[c] = BinaryPrimitives.ReadUInt16BigEndian(transparency[(2 * c)..]);
            }
        }
    }

    /// <summary>Writes a row's pixels to every <paramref name="step"/>-th place; false if one isn't in the palette.</summary>
    internal bool Write(ReadOnlySpan<byte> row, int columns, Span<byte> rgb, int first, int step)
    {
        int channels = _header.Channels;
        int maximum = (1 << _header.Depth) - 1;
        Span<int> samples = stackalloc int[4];
        for (int x = 0; x < columns; x++)
        {
            for (int c = 0; c < channels; c++)
            {
                samples[c] = Sample(row, x * channels + c);
            }

            Span<byte> to = rgb.Slice(3 * (first + x * step), 3);
            int alpha = 255;
            if (_header.Colour == 3)
            {
                if (3 * samples[0] >= _palette.Length)
                {
                    return false;
                }

                _palette.AsSpan(3 * samples[0], 3).CopyTo(to);
                alpha = samples[0] < _alphas.Length ? _alphas[samples[0]] : 255;
            }
            else
            {
                bool isColour = channels >= 3;
                for (int c = 0; c < 3; c++)
                {
                    to[c] = To8(samples[isColour ? c : 0], maximum);
                }

                alpha = channels is 2 or 4 ? To8(samples[channels - 1], maximum)
                    : _clear is not null && samples[..channels].SequenceEqual(_clear) ? 0 : 255;
            }

            for (int c = 0; alpha < 255 && c < 3; c++)
            {
                to[c] = (byte)((to[c] * alpha + 255 * (255 - alpha) + 127) / 255);
            }
        }

        return true;
    }

    private int Sample(ReadOnlySpan<byte> row, int index) => _header.Depth switch
    {
        8 => row[index],
        16 => BinaryPrimitives.ReadUInt16BigEndian(row[(2 * index)..]),
        int depth => (row[index * depth >> 3] >> (8 - depth - (index * depth & 7))) & ((1 << depth) - 1),
    };

    private static byte To8(int sample, int maximum) => maximum == 255 ? (byte)sample : (byte)((sample * 510L + maximum) / (2 * maximum));
}
