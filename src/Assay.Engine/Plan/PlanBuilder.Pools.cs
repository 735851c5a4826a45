using System.Collections.Immutable;
using Assay.Engine.Kernels;
using Assay.Engine.Plan.Layouts;
using Assay.Engine.Plan.Steps;
using Assay.Programs;

namespace Assay.Engine.Plan;

/// <content>Pools.</content>
internal sealed unsafe partial class PlanBuilder<TS, TV>
{
    private PlanValue AddMaxPool(MaxPoolOperation op) => AddPool(
        op.X,
        op.Result,
        new PoolArguments
        {
            KernelY = op.KernelY,
            KernelX = op.KernelX,
            StrideY = op.StrideY,
            StrideX = op.StrideX,
            PadTop = op.Pads.Top,
            PadLeft = op.Pads.Left,
        });

    private PlanValue AddAveragePool(AveragePoolOperation op, TensorType result) => AddPool(
        op.X,
        result,
        new PoolArguments
        {
            KernelY = op.KernelY,
            KernelX = op.KernelX,
            StrideY = op.StrideY,
            StrideX = op.StrideX,
            PadTop = op.Pads.Top,
            PadLeft = op.Pads.Left,
            Multipliers = Multipliers(op),
            Rounding = (int)AccumulatorRule.RoundingConstant(op.Shift),
            Shift = op.Shift,
            Lo = result.Lo,
            Hi = result.Hi,
        });

    private PlanValue AddPool(int value, TensorType result, PoolArguments template)
    {
        ImageShape image = ImageOf(value);
        template.Channels = image.Channels;
        template.Height = image.Height;
        template.Width = image.Width;
        template.OutHeight = result.Shape[1];
        template.OutWidth = result.Shape[2];
        ArenaBuffer x = ChannelsLast(value, image);
        ArenaBuffer y = Result(result.Count, x);
        Emit(new PoolStep<TS, TV>(x, y, template));
        return new(y, Layout.ChannelsLast(new ImageShape(image.Channels, template.OutHeight, template.OutWidth)));
    }

    /// <summary>The multipliers by the number of real positions in a window.</summary>
    private int* Multipliers(AveragePoolOperation op)
    {
        ImageShape image = ImageOf(op.X);
        int* multipliers = _memory.Allocate<int>((op.KernelY * op.KernelX) + 1);
        if (op.CountPadding)
        {
            new Span<int>(multipliers, (op.KernelY * op.KernelX) + 1).Fill(op.Multipliers[0]);
            return multipliers;
        }

        ImmutableArray<int> counts = AveragePoolOperation.PossibleCounts(
            image.Height, image.Width, op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads, op.CountPadding);
        for (int i = 0; i < counts.Length; i++)
        {
            multipliers[counts[i]] = op.Multipliers[i];
        }

        return multipliers;
    }
}
