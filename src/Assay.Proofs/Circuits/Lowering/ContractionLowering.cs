using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary>What linear layers, convolutions and per-channel scales share (spec/proof-system.md, section 5.3).</summary>
internal static class ContractionLowering
{
    /// <summary>q is this much less than its two parts: all that <c>(acc_0 + r) / 256</c> can be lies then between their ends.</summary>
    private const long LimbOffset = 4161536;

    private const int LimbPart = 4096;
    private const int LimbTop = 2032;

    /// <summary>One contraction over one operand.</summary>
    /// <param name="Box">The box; its channel axis has pool J.</param>
    /// <param name="ChannelAxis">The box's channel axis.</param>
    /// <param name="Column">The operand's column.</param>
    /// <param name="ChannelDim">Its channel dimension.</param>
    /// <param name="Flat">Whether it is taken flat.</param>
    /// <param name="Geometry">The index.</param>
    /// <param name="Shifts">One per output channel.</param>
    internal sealed record Layer(
        ImmutableArray<BoxAxis> Box,
        int ChannelAxis,
        int Column,
        int ChannelDim,
        bool Flat,
        ContractionGeometry Geometry,
        ImmutableArray<byte> Shifts)
    {
        public ImmutableArray<int> Dims => [.. Box.Select(axis => axis.Length)];
    }

    public static void Add(CircuitDraft draft, Layer layer, bool twoLimbs, TensorType result, TailChoice choice)
    {
        if (layer.Geometry.IndexBits > CircuitLimits.IndexBits)
        {
            draft.Fail(ProofErrorCodes.Limit, $"an inner product over 2^{layer.Geometry.IndexBits} places");
        }

        if (draft.Error is not null)
        {
            return;
        }

        if (twoLimbs)
        {
            AddTwoLimbs(draft, layer, result, choice);
            return;
        }

        TailQuestion question = new(
            draft.Operation, layer.Dims, layer.ChannelAxis, [.. layer.Shifts.Select(s => (int)s)], true, result, Interval.Accumulator, true);
        if (TailLowering.Add(draft, question, choice) is { } tail)
        {
            Relation instance = AddInstance(draft, layer, WeightLimb.Whole, tail.Views, tail.Constants);
            draft.AddStep(new WitnessStep.Requantised(draft.Operation, instance, tail.Columns));
            draft.SetResult(tail.Columns.Result);
        }
    }

    private static void AddTwoLimbs(CircuitDraft draft, Layer layer, TensorType result, TailChoice choice)
    {
        if (layer.Shifts.Any(shift => shift < 8))
        {
            draft.Fail(
                ProofErrorCodes.Limbs, $"two limbs and a shift of {layer.Shifts.Min()}; shifts of 8 or more, or weights that need one limb, would do");
            return;
        }

        ImmutableArray<int> dims = layer.Dims;
        int t = draft.AddColumn(dims);
        int q0 = draft.AddColumn(dims);
        int q1 = draft.AddColumn(dims);
        if (draft.Error is not null)
        {
            return;
        }

        draft.AddItem(dims, new RangeTable(256), new Expression([draft.View(t, 1)], 0));
        draft.AddItem(dims, new RangeTable(LimbPart), new Expression([draft.View(q0, 1)], 0));
        draft.AddItem(dims, new RangeTable(LimbTop), new Expression([draft.View(q1, 1)], 0));

        Interval carry = new(-LimbOffset, ((long)LimbPart * LimbTop) - 1 - LimbOffset);
        TailQuestion question = new(
            draft.Operation,
            dims,
            layer.ChannelAxis,
            [.. layer.Shifts.Select(s => s - 8)],
            false,
            result,
            Interval.Accumulator + carry,
            true);
        if (TailLowering.Add(draft, question, choice) is not { } tail)
        {
            return;
        }

        long[] rounding = [.. layer.Shifts.Select(s => -(256 * LimbOffset) - AccumulatorRule.RoundingConstant(s))];
        Relation low = AddInstance(
            draft,
            layer,
            WeightLimb.Low,
            [draft.View(t, 1), draft.View(q0, 256), draft.View(q1, 256 * LimbPart)],
            [ConstantTerm.Along(dims.Length, layer.ChannelAxis, [.. rounding])]);
        Relation high = AddInstance(
            draft,
            layer,
            WeightLimb.High,
            [.. tail.Views, draft.View(q0, -1), draft.View(q1, -LimbPart)],
            [.. tail.Constants, ConstantTerm.Everywhere(dims.Length, LimbOffset)]);
        draft.AddStep(new WitnessStep.Digits(draft.Operation, low, 0, [(t, 8), (q0, 12), (q1, 0)]));
        draft.AddStep(new WitnessStep.Requantised(draft.Operation, high, tail.Columns));
        draft.SetResult(tail.Columns.Result);
    }

    private static Relation AddInstance(
        CircuitDraft draft, Layer layer, WeightLimb limb, ImmutableArray<View> views, ImmutableArray<ConstantTerm> constants)
    {
        ContractionGeometry g = layer.Geometry;
        int matrix = draft.AddMatrix(new(draft.Operation, limb, g.RowsPerGroup, g.IndexBits));
        return draft.AddInstance(new Contraction(
            layer.Box,
            views,
            constants,
            layer.Column,
            layer.ChannelDim,
            layer.Flat,
            g.Groups,
            g.ChannelsPerGroup,
            g.RowsPerGroup,
            g.Y,
            g.X,
            g.YBits,
            g.BiasSlots(),
            matrix));
    }
}
