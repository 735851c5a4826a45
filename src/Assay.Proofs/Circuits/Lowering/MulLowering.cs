using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>mul</c> (spec/proof-system.md, section 5.4).</summary>
internal static class MulLowering
{
    public static void Add(CircuitDraft draft, MulOperation op, TailChoice choice)
    {
        int a = draft.Aligned(op.A);
        int b = draft.Aligned(op.B);
        Interval product = Interval.Of(draft.Program.TypeOf(op.A)) * Interval.Of(draft.Program.TypeOf(op.B));
        TailQuestion question = draft.Question(draft.Dims(op.Result.Shape), op.Shift, op.Result, product);
        if (draft.Error is null && TailLowering.Add(draft, question, choice) is { } tail)
        {
            Relation instance = AddProduct(draft, op.Result.Shape, tail.Views, tail.Constants, [(a, 1)], [(b, 1)]);
            draft.AddStep(new WitnessStep.Requantised(draft.Operation, instance, tail.Columns));
            draft.SetResult(tail.Columns.Result);
        }
    }

    /// <summary>A product element by element over a shape; an axis along which one factor has length 1 is the other's alone.</summary>
    public static Relation AddProduct(
        CircuitDraft draft,
        ImmutableArray<int> shape,
        ImmutableArray<View> views,
        ImmutableArray<ConstantTerm> constants,
        ImmutableArray<(int Column, long Coefficient)> a,
        ImmutableArray<(int Column, long Coefficient)> b)
    {
        ImmutableArray<BoxAxis> box = draft.Box(shape);
        ImmutableArray<int> dimsA = draft.DimsOf(a[0].Column);
        ImmutableArray<int> dimsB = draft.DimsOf(b[0].Column);
        List<ProductAxis> axes = [];
        List<(int, int)> onlyA = [];
        List<(int, int)> onlyB = [];
        for (int d = 0; d < box.Length; d++)
        {
            if (dimsA[d] == dimsB[d])
            {
                axes.Add(new(box[d].Length, d, d, d));
            }
            else
            {
                (dimsB[d] == 1 ? onlyA : onlyB).Add((d, d));
            }
        }

        return draft.AddInstance(new Product(box, views, constants, a, b, [.. axes], [.. onlyA], [.. onlyB]));
    }
}
