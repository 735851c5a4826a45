using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;

namespace Assay.Programs;

/// <summary>A program with its weights: everything that its outputs depend on, and the identity of both.</summary>
public sealed class ExactModel
{
    private ExactModel(ExactProgram program, WeightsBlob weights)
    {
        Program = program;
        Weights = weights;
        Id = Identify(program, weights.Root());
    }

    public ExactProgram Program { get; }

    public WeightsBlob Weights { get; }

    /// <summary><c>SHA-256("assay/model-id/v1" | 00 | program bytes | weights root)</c>.</summary>
    public ModelId Id { get; }

    /// <summary>The program's canonical bytes.</summary>
    public ReadOnlyMemory<byte> ProgramBytes => Program.Bytes;

    /// <summary>Joins a program and its weights, or says which rule they break first.</summary>
    /// <param name="weights">A blob that was made for this program.</param>
    /// <param name="error">Null exactly when a model is returned; <c>program/bounds</c> where the accumulator rule is broken.</param>
    /// <exception cref="ArgumentException">The blob was made for another program.</exception>
    public static ExactModel? Create(ExactProgram program, WeightsBlob weights, out ProgramError? error)
    {
        if (!weights.IsFor(program))
        {
            throw new ArgumentException("The blob was made for another program.", nameof(weights));
        }

        error = CheckAccumulators(program, weights);
        return error is null ? new ExactModel(program, weights) : null;
    }

    /// <summary>The identity of a program with weights of that root, without the weights.</summary>
    public static ModelId Identify(ExactProgram program, Digest32 weightsRoot)
    {
        byte[] tag = Encoding.UTF8.GetBytes(DomainTags.ModelId + '\0');
        byte[] content = [.. program.Bytes.Span, .. weightsRoot.Bytes];
        return new(Digest32.Sha256(tag, content));
    }

    private static ProgramError? CheckAccumulators(ExactProgram program, WeightsBlob weights)
    {
        // Once per tensor, not per use: many layers may name a large one.
        Dictionary<int, WeightMagnitudes[]> magnitudes = [];
        for (int i = 0; i < program.Operations.Length; i++)
        {
            (int X, int Weights, int Bias, ImmutableArray<byte> Shifts, bool TwoLimbs)? layer = program.Operations[i] switch
            {
                LinearOperation op => (op.X, op.Weights, op.Bias, op.Shifts, op.TwoLimbs),
                ConvOperation op => (op.X, op.Weights, op.Bias, op.Shifts, op.TwoLimbs),
                AffineOperation op => (op.X, op.Weights, op.Bias, op.Shifts, false),
                _ => null,
            };
            if (layer is not { } l)
            {
                continue;
            }

            if (!magnitudes.TryGetValue(l.Weights, out WeightMagnitudes[]? sums))
            {
                sums = Magnitudes(program.Weights[l.Weights], weights, l.Weights);
                magnitudes.Add(l.Weights, sums);
            }

            for (int channel = 0; channel < sums.Length; channel++)
            {
                if (!AccumulatorRule.Holds(
                    sums[channel],
                    program.TypeOf(l.X).MaxMagnitude,
                    weights.Element(l.Bias, channel),
                    l.Shifts[channel],
                    l.TwoLimbs))
                {
                    return new(ProgramErrorCodes.Bounds, $"operation {i}: output channel {channel}");
                }
            }
        }

        return null;
    }

    private static WeightMagnitudes[] Magnitudes(WeightTensor declared, WeightsBlob weights, int tensor)
    {
        WeightMagnitudes[] sums = new WeightMagnitudes[declared.Shape[0]];
        int perChannel = declared.Count / sums.Length;
        for (int channel = 0; channel < sums.Length; channel++)
        {
            for (int i = 0; i < perChannel; i++)
            {
                sums[channel] = sums[channel].With(weights.Element(tensor, (channel * perChannel) + i));
            }
        }

        return sums;
    }
}
