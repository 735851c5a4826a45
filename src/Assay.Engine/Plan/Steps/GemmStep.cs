using Assay.Engine.Kernels;
using Assay.Engine.Simd;

namespace Assay.Engine.Plan.Steps;

/// <summary>A linear layer or a convolution: a matrix product per group of channels.</summary>
/// <param name="x">Operand, with its padding.</param>
/// <param name="y">Result, channels last.</param>
/// <param name="layer">Packed weights.</param>
/// <param name="template">Rows, offsets, runs and range; everything but pointers to buffers and weights.</param>
/// <param name="groups">Groups; group g reads the operand from element <c>g * groupOffset</c> of a row.</param>
/// <param name="groupOffset">Input channels of a group.</param>
/// <param name="twoLimbs">Whether the weights are in two limbs.</param>
internal sealed unsafe class GemmStep<TS, TV>(
    ArenaBuffer x, ArenaBuffer y, PackedLayer layer, GemmArguments template, int groups, int groupOffset, bool twoLimbs) : Step
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    private readonly GemmArguments _template = template;

    public override string Name => twoLimbs ? "gemm 2 limbs" : "gemm";

    public override long Work { get; } = WorkOf(template, layer, groups, twoLimbs);

    public override void Run(short* arena, int items) => Multiply(arena, 0, layer.Panels, 0, items * _template.Rows);

    public override void RunPart(short* arena, int items, int part, int parts)
    {
        // Rows where there are enough for whole register blocks in each part, else channels.
        int rows = items * _template.Rows;
        if (rows >= 8 * parts)
        {
            Multiply(arena, 0, layer.Panels, Cut(rows, part, parts), Cut(rows, part + 1, parts));
        }
        else
        {
            Multiply(arena, Cut(layer.Panels, part, parts), Cut(layer.Panels, part + 1, parts), 0, rows);
        }
    }

    private void Multiply(short* arena, int firstPanel, int endPanel, int first, int end)
    {
        GemmArguments a = _template;
        a.X = arena + x.Offset;
        a.Y = arena + y.Offset;
        a.XItemStride = x.Count;
        a.YItemStride = y.Count;
        a.Weights = layer.Weights;
        a.PanelStride = layer.PanelStride;
        a.Bias = layer.Bias;
        a.Shifts = layer.Shifts;
        a.Channels = layer.Channels;
        a.HasHalf = layer.HasHalf;
        a.JoinsInVectors = layer.JoinsInVectors;
        a.Stop = groups == 1 && firstPanel == 0 && endPanel == layer.Panels
            ? a.Y + ((nint)(end / a.Rows) * a.YItemStride) + (end % a.Rows == 0 ? 0 : a.YOffsets[end % a.Rows])
            : null;
        int panelChannels = layer.Panels * 2 * TS.Lanes;
        for (int group = 0; group < groups; group++)
        {
            if (twoLimbs && !layer.JoinsInVectors)
            {
                TwoLimbKernel<TS, TV>.Multiply(in a, firstPanel, endPanel, first, end);
            }
            else
            {
                GemmKernel<TS, TV>.Multiply(in a, firstPanel, endPanel, first, end);
            }

            a.X += groupOffset;
            a.Y += layer.Channels;
            a.Weights += layer.Panels * layer.PanelStride;
            a.Bias += panelChannels;
            a.Shifts += panelChannels;
        }
    }

    private static int Cut(int total, int part, int parts) => (int)((long)total * part / parts);

    private static long WorkOf(in GemmArguments a, PackedLayer layer, int groups, bool twoLimbs)
    {
        long pairs = 0;
        for (int i = 0; i < a.RunCount; i++)
        {
            pairs += a.Runs[i].Pairs;
        }

        return a.Rows * 2 * pairs * layer.Channels * groups * (twoLimbs ? 2 : 1);
    }
}
