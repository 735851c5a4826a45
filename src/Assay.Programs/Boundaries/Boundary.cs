using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>The conversions between binary32 and a program's integers, bit by bit (spec/program.md, Boundary).</summary>
public static class Boundary
{
    /// <summary>Converts one item of an input.</summary>
    /// <param name="x">The input's elements, row-major.</param>
    /// <param name="q">Receives as many integers; its contents mean nothing after an error.</param>
    /// <exception cref="ArgumentException">A span hasn't the input's count.</exception>
    public static BoundaryResult Quantize(ProgramInput input, ReadOnlySpan<float> x, Span<short> q)
    {
        if (x.Length != input.Type.Count || q.Length != x.Length)
        {
            throw new ArgumentException($"Input {input.Name} has {input.Type.Count} elements.");
        }

        (int channels, int perChannel) = Layout(input);
        int clamped = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (!float.IsFinite(x[i]))
            {
                return new(ProgramErrorCodes.NotFinite, i, clamped);
            }

            int channel = i / perChannel % channels;
            double difference = x[i] - input.Offsets[channel];
            double rounded = Math.Round(difference * input.Multipliers[channel], MidpointRounding.ToEven);
            if (rounded < input.Type.Lo || rounded > input.Type.Hi)
            {
                if (input.Rule == OutOfRange.Refuse)
                {
                    return new(ProgramErrorCodes.OutOfRange, i, clamped);
                }

                clamped++;
                rounded = Math.Clamp(rounded, input.Type.Lo, input.Type.Hi);
            }

            q[i] = (short)rounded;
        }

        return new(null, -1, clamped);
    }

    /// <summary>Converts one item of an output.</summary>
    /// <param name="q">The output's integers, row-major.</param>
    /// <param name="y">Receives as many elements.</param>
    /// <exception cref="ArgumentException"><paramref name="y"/> has another length.</exception>
    public static void Dequantize(ProgramOutput output, ReadOnlySpan<short> q, Span<float> y)
    {
        if (q.Length != y.Length)
        {
            throw new ArgumentException($"Output {output.Name} has {q.Length} elements.", nameof(y));
        }

        for (int i = 0; i < q.Length; i++)
        {
            y[i] = (float)(q[i] * output.Scale);
        }
    }

    /// <summary>Number of channels, and the run of elements before the channel changes.</summary>
    private static (int Channels, int PerChannel) Layout(ProgramInput input)
    {
        ImmutableArray<int> shape = input.Type.Shape;
        return input.ChannelAxis is int axis
            ? (shape[axis], Shapes.Count(shape[(axis + 1)..]))
            : (1, Shapes.Count(shape));
    }
}
