using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Testing;

/// <summary>Random weights, biases and shifts that keep the accumulator rule, some of them with nothing to spare.</summary>
/// <param name="provable">Whether a proof needs room between accumulators and the bound.</param>
internal sealed class RandomProgramsWeights(Random random, bool provable)
{
    private readonly List<WeightTensor> _declared = [];
    private readonly List<byte> _bytes = [];

    public ImmutableArray<WeightTensor> Declared() => [.. _declared];

    public byte[] Bytes() => [.. _bytes];

    /// <summary>Declares and fills a layer's tensors.</summary>
    /// <param name="shape">The weights' shape, output channels first.</param>
    /// <param name="maxMagnitude">The operand's.</param>
    /// <param name="limbs">Whether the operation knows two limbs.</param>
    public RandomProgramsLayer Add(ImmutableArray<int> shape, int maxMagnitude, bool limbs = true)
    {
        int channels = shape[0];
        int perChannel = shape.Aggregate(1, (product, length) => product * length) / channels;
        WeightType type = random.Next(3) == 0 ? WeightType.I8 : WeightType.I16;
        bool twoLimbs = random.Next(4) == 0 && limbs;
        int largest = type == WeightType.I8 ? 127 : random.Next(3) == 0 ? 32767 : 2047;
        int[] weights = new int[channels * perChannel];
        int[] bias = new int[channels];
        byte[] shifts = new byte[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            Span<int> row = weights.AsSpan(channel * perChannel, perChannel);
            Fill(row, largest);
            shifts[channel] = (byte)random.Next(0, random.Next(10) == 0 ? ProgramLimits.Shift + 1 : 16);
            if (provable)
            {
                shifts[channel] = (byte)(channel == 0
                    ? Math.Clamp((int)shifts[0], twoLimbs ? 8 : 0, 15)
                    : shifts[0] + (shifts[channel] % 6));
            }

            while (!Holds(row, maxMagnitude, 0, shifts[channel], twoLimbs))
            {
                Halve(row);
            }

            bias[channel] = RandomBias(row, maxMagnitude, shifts[channel], twoLimbs);
        }

        Declare(type, shape, weights);
        Declare(WeightType.I32, [channels], bias);
        return new(_declared.Count - 2, _declared.Count - 1, [.. shifts], twoLimbs);
    }

    /// <summary>Declares and fills a tensor that stands alone.</summary>
    /// <returns>Its number.</returns>
    public int AddTensor(ImmutableArray<int> shape)
    {
        WeightType type = random.Next(2) == 0 ? WeightType.I8 : WeightType.I16;
        int[] elements = new int[shape.Aggregate(1, (product, length) => product * length)];
        Fill(elements, type == WeightType.I8 ? 127 : random.Next(2) == 0 ? 32767 : 2047);
        Declare(type, shape, elements);
        return _declared.Count - 1;
    }

    private void Fill(Span<int> row, int largest)
    {
        int kind = random.Next(7);
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = kind switch
            {
                0 => largest,
                1 => -largest - 1,
                2 => (i & 1) == 0 ? largest : -largest,
                3 => random.Next(-1, 2),
                _ => random.Next(-largest - 1, largest + 1),
            };
        }
    }

    private bool Holds(ReadOnlySpan<int> row, int maxMagnitude, int bias, int shift, bool twoLimbs)
    {
        if (!provable)
        {
            return AccumulatorRule.Holds(row, maxMagnitude, bias, shift, twoLimbs);
        }

        // Results are looked up in steps, which reach beyond what they are of.
        WeightMagnitudes sums = default;
        foreach (int weight in row)
        {
            sums = sums.With(weight);
        }

        WeightMagnitudes doubled = new(2 * sums.Whole, 2 * sums.High, 2 * sums.Low);
        return bias < AccumulatorRule.Limit / 2 && AccumulatorRule.Holds(doubled, maxMagnitude, 2 * bias, shift, twoLimbs);
    }

    private static void Halve(Span<int> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            row[i] /= 2;
        }
    }

    private int RandomBias(ReadOnlySpan<int> row, int maxMagnitude, int shift, bool twoLimbs)
    {
        // The largest bias that the rule admits, by bisection: it falls monotonically.
        int admitted = 0;
        for (int step = 1 << 29; step > 0; step >>= 1)
        {
            if (Holds(row, maxMagnitude, admitted + step, shift, twoLimbs))
            {
                admitted += step;
            }
        }

        return random.Next(6) switch
        {
            0 => admitted,
            1 => -admitted,
            2 => 0,
            _ => random.Next(-Math.Min(admitted, 1 << 20), Math.Min(admitted, 1 << 20) + 1),
        };
    }

    private void Declare(WeightType type, ImmutableArray<int> shape, int[] elements)
    {
        _declared.Add(new(type, shape));
        _bytes.AddRange(WeightsBlob.Pack(type, elements));
    }
}
