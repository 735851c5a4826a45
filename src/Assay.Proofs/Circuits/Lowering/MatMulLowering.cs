using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>matmul</c> (spec/proof-system.md, section 5.4).</summary>
internal static class MatMulLowering
{
    public static void Add(CircuitDraft draft, MatMulOperation op, TailChoice choice)
    {
        int a = draft.Aligned(op.A);
        int b = draft.Aligned(op.B);
        TensorType typeA = draft.Program.TypeOf(op.A);
        int inner = typeA.Shape[^1];
        Interval product = inner * (Interval.Of(typeA) * Interval.Of(draft.Program.TypeOf(op.B)));
        TailQuestion question = draft.Question(draft.Dims(op.Result.Shape), op.Shift, op.Result, product);
        if (draft.Error is not null || TailLowering.Add(draft, question, choice) is not { } tail)
        {
            return;
        }

        int rank = op.Result.Shape.Length;
        List<ProductAxis> axes = [];
        for (int d = 0; d < rank - 2; d++)
        {
            axes.Add(new(op.Result.Shape[d], d, d, d));
        }

        axes.Add(new(inner, rank - 1, rank - 2, -1));
        axes.Add(new(draft.Batch, rank, rank, rank));
        Relation instance = draft.AddInstance(new Product(
            draft.Box(op.Result.Shape),
            tail.Views,
            tail.Constants,
            [(a, 1)],
            [(b, 1)],
            [.. axes],
            [(rank - 2, rank - 2)],
            [(rank - 1, rank - 1)]));
        draft.AddStep(new WitnessStep.Requantised(draft.Operation, instance, tail.Columns));
        draft.SetResult(tail.Columns.Result);
    }
}
