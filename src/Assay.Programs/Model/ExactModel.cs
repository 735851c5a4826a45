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
        Id = Identify(program, weights);
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
    public static ExactModel? Create(ExactProgram program, WeightsBlob weights, out ProgramError? error)
    {
        error = CheckAccumulators(program, weights);
        return error is null ? new ExactModel(program, weights) : null;
    }

    private static ModelId Identify(ExactProgram program, WeightsBlob weights)
    {
        byte[] tag = Encoding.UTF8.GetBytes(DomainTags.ModelId + '\0');
        byte[] content = [.. program.Bytes.Span, .. weights.Root().Bytes];
        return new(Digest32.Sha256(tag, content));
    }

    private static ProgramError? CheckAccumulators(ExactProgram program, WeightsBlob weights)
    {
        for (int i = 0; i < program.Operations.Length; i++)
        {
            ProgramError? error = program.Operations[i] switch
            {
                LinearOperation op => CheckLayer(program, weights, i, op.X, op.Weights, op.Bias, op.Shifts, op.TwoLimbs),
                ConvOperation op => CheckLayer(program, weights, i, op.X, op.Weights, op.Bias, op.Shifts, op.TwoLimbs),
                _ => null,
            };
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private static ProgramError? CheckLayer(
        ExactProgram program,
        WeightsBlob blob,
        int operation,
        int x,
        int weights,
        int bias,
        ImmutableArray<byte> shifts,
        bool twoLimbs)
    {
        int[] w = blob.Elements(weights);
        int[] b = blob.Elements(bias);
        int perChannel = w.Length / b.Length;
        int maxMagnitude = program.TypeOf(x).MaxMagnitude;
        for (int channel = 0; channel < b.Length; channel++)
        {
            ReadOnlySpan<int> row = w.AsSpan(channel * perChannel, perChannel);
            if (!AccumulatorRule.Holds(row, maxMagnitude, b[channel], shifts[channel], twoLimbs))
            {
                return new(ProgramErrorCodes.Bounds, $"operation {operation}: output channel {channel}");
            }
        }

        return null;
    }
}
