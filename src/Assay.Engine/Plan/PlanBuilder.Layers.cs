using System.Collections.Immutable;
using System.Numerics;
using Assay.Engine.Kernels;
using Assay.Engine.Plan.Layouts;
using Assay.Engine.Plan.Steps;
using Assay.Programs;

namespace Assay.Engine.Plan;

/// <content>Linear layers and convolutions.</content>
internal sealed unsafe partial class PlanBuilder<TS, TV>
{
    /// <summary>A convolution whose padded operand has more elements than this, and more than four times the operand's, gathers
    /// its windows instead: pads may be large in a program, memory may not.</summary>
    private const long LargestPadded = 1 << 16;

    private PlanValue AddLinear(LinearOperation op, TensorType result)
    {
        LayerWeights layer = Weights(op.Weights, op.Bias, op.Shifts, op.TwoLimbs);
        TensorType type = _program.TypeOf(op.X);
        int k = type.Shape[^1];
        int rows = type.Count / k;
        int[] order = new int[k + (k % 2)];
        Array.Fill(order, -1);

        // One row in any order: the weights are permuted. More: each row's elements must be beside each other, in order.
        PlanValue x = rows == 1 ? Dense(op.X) : WithLastAxisInside(op.X);
        for (int i = 0; i < k; i++)
        {
            order[rows == 1 ? x.Layout.PositionOf(i) : i] = i;
        }

        ArenaBuffer y = Result(result.Count, x.Buffer);
        PackedLayer packed = LayerPacker.Pack(_memory, layer, order, 1, TS.Lanes);
        GemmArguments template = Template([new Run(0, order.Length / 2)], rows, result);
        for (int row = 0; row < rows; row++)
        {
            template.XOffsets[row] = rows == 1 ? 0 : x.Layout.PositionOf(row * k);
            template.YOffsets[row] = row * packed.Channels;
        }

        Emit(new GemmStep<TS, TV>(x.Buffer, y, packed, template, 1, 0, op.TwoLimbs));
        return RowMajor(y);
    }

    private PlanValue AddConv(ConvOperation op, TensorType result)
    {
        LayerWeights layer = Weights(op.Weights, op.Bias, op.Shifts, op.TwoLimbs);
        ImmutableArray<int> kernel = _program.Weights[op.Weights].Shape;
        ImageShape image = ImageOf(op.X);
        ImageShape outImage = new(result.Shape[0], result.Shape[1], result.Shape[2]);
        ArenaBuffer x = ChannelsLast(op.X, image);
        long paddedWidth = (long)image.Width + op.Pads.Left + op.Pads.Right;
        long padded = ((long)image.Height + op.Pads.Top + op.Pads.Bottom) * paddedWidth * image.Channels;
        if (padded > Math.Max(LargestPadded, 4L * x.Count))
        {
            return new(AddPatchConv(op, result, layer, x, image), Layout.ChannelsLast(outImage));
        }

        x = Padded(x, image, op.Pads);
        int line = (int)paddedWidth * image.Channels;
        ArenaBuffer y = Result(result.Count, x);
        bool depthwise = op.Groups > 1 && kernel[1] == 1 && kernel[0] == op.Groups && (!op.TwoLimbs || layer.JoinsInVectors);
        Emit(depthwise
            ? Depthwise(op, kernel, layer, x, y, outImage, line, result)
            : Gemm(op, kernel, layer, x, y, outImage, line, result));
        return new(y, Layout.ChannelsLast(outImage));
    }

    private GemmStep<TS, TV> Gemm(
        ConvOperation op, ImmutableArray<int> kernel, LayerWeights layer, ArenaBuffer x, ArenaBuffer y, ImageShape outImage, int line, TensorType result)
    {
        int channels = ImageOf(op.X).Channels;
        (int perGroup, int kernelY, int kernelX) = (kernel[1], kernel[2], kernel[3]);

        // A kernel row is one run where its taps are neighbours in memory: no dilation, no other group's channels between them.
        bool joined = op.Groups == 1 && op.DilationX == 1;
        int taps = joined ? kernelX : 1;
        int length = taps * perGroup;
        List<Run> runs = [];
        List<int> order = [];
        for (int ky = 0; ky < kernelY; ky++)
        {
            for (int kx = 0; kx < kernelX; kx += taps)
            {
                runs.Add(new Run((ky * op.DilationY * line) + (kx * op.DilationX * channels), (length + 1) / 2));
                for (int i = 0; i < length; i++)
                {
                    order.Add((((i % perGroup * kernelY) + ky) * kernelX) + kx + (i / perGroup));
                }

                if (length % 2 != 0)
                {
                    order.Add(-1);
                }
            }
        }

        PackedLayer packed = LayerPacker.Pack(_memory, layer, order.ToArray(), op.Groups, TS.Lanes);
        GemmArguments template = Template(runs.ToArray(), outImage.Height * outImage.Width, result);
        WindowOffsets(op, outImage, channels, line, template.XOffsets);
        for (int row = 0; row < template.Rows; row++)
        {
            template.YOffsets[row] = row * outImage.Channels;
        }

        return new(x, y, packed, template, op.Groups, perGroup, op.TwoLimbs);
    }

    private DepthwiseStep<TS, TV> Depthwise(
        ConvOperation op, ImmutableArray<int> kernel, LayerWeights layer, ArenaBuffer x, ArenaBuffer y, ImageShape outImage, int line, TensorType result)
    {
        (int channels, int kernelY, int kernelX) = (kernel[0], kernel[2], kernel[3]);
        int taps = kernelY * kernelX;
        DepthwiseArguments template = DepthwiseTemplate(layer, taps, outImage.Width * channels, op.StrideX, result);
        template.Rows = outImage.Height;
        template.XRowStride = op.StrideY * line;
        for (int tap = 0; tap < taps; tap++)
        {
            template.Taps[tap] = (tap / kernelX * op.DilationY * line) + (tap % kernelX * op.DilationX * channels);
        }

        // The partner of an odd last tap stays at 0, the window's beginning, which is readable; its weight is 0.
        return new("depthwise", x, y, template);
    }

    /// <param name="rowLength">Elements of a row of the result.</param>
    /// <param name="strideX">From one pixel's window to the next, in pixels of the operand.</param>
    private DepthwiseArguments DepthwiseTemplate(LayerWeights layer, int taps, int rowLength, int strideX, TensorType result)
    {
        // Where neighbours' windows are neighbours, a row is one run of elements, and pixels needn't begin with a vector.
        int channels = layer.Bias.Length;
        int width = 2 * TS.Lanes;
        long whole = (long)channels / (int)BigInteger.GreatestCommonDivisor(channels, width) * width;
        int period = strideX == 1 && rowLength >= 4 * whole ? (int)whole : channels;
        PackedLayer packed = LayerPacker.PackDepthwise(_memory, layer, taps, period, TS.Lanes);
        return new()
        {
            RowLength = rowLength,
            Period = period,
            XStep = strideX * period,
            Blocks = packed.Panels,
            Taps = _memory.Allocate<int>(taps + 1),
            TapPairs = (taps + 1) / 2,
            Weights = packed.Weights,
            TwoLimbs = layer.TwoLimbs,
            Bias = packed.Bias,
            Shifts = packed.Shifts,
            Lo = result.Lo,
            Hi = result.Hi,
        };
    }

    private ArenaBuffer AddPatchConv(ConvOperation op, TensorType result, LayerWeights layer, ArenaBuffer x, ImageShape image)
    {
        ImmutableArray<int> kernel = _program.Weights[op.Weights].Shape;
        int length = layer.Weights.Length / layer.Bias.Length;
        int[] order = new int[length + (length % 2)];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i < length ? i : -1;
        }

        PackedLayer packed = LayerPacker.Pack(_memory, layer, order, op.Groups, TS.Lanes);
        ArenaBuffer y = Result(result.Count, x);
        ArenaBuffer patch = Result(order.Length);
        ConvWindow window = new(
            image,
            result.Shape[2],
            kernel[2],
            kernel[3],
            op.StrideY,
            op.StrideX,
            op.DilationY,
            op.DilationX,
            op.Pads.Top,
            op.Pads.Left);
        GemmArguments template = Template([new Run(0, order.Length / 2)], 1, result);
        Emit(new PatchConvStep<TS, TV>(x, patch, y, packed, template, window, op.Groups, op.TwoLimbs));
        return y;
    }

    private ArenaBuffer Padded(ArenaBuffer x, ImageShape image, Pads pads)
    {
        if (pads == Pads.None)
        {
            return x;
        }

        if (!_padded.TryGetValue((x, pads), out ArenaBuffer? y))
        {
            y = Result((image.Height + pads.Top + pads.Bottom) * (image.Width + pads.Left + pads.Right) * image.Channels, x);
            Emit(new PadStep(x, y, image, pads));
            _padded.Add((x, pads), y);
        }

        return y;
    }

    private GemmArguments Template(ReadOnlySpan<Run> runs, int rows, TensorType result) => new()
    {
        Rows = rows,
        XOffsets = _memory.Allocate<int>(rows),
        YOffsets = _memory.Allocate<int>(rows),
        Runs = _memory.Copy(runs),
        RunCount = runs.Length,
        Lo = result.Lo,
        Hi = result.Hi,
    };

    /// <summary>Where each output position's window begins in the padded operand.</summary>
    private static void WindowOffsets(ConvOperation op, ImageShape outImage, int channels, int line, int* offsets)
    {
        for (int row = 0; row < outImage.Height * outImage.Width; row++)
        {
            (int oy, int ox) = Math.DivRem(row, outImage.Width);
            offsets[row] = (oy * op.StrideY * line) + (ox * op.StrideX * channels);
        }
    }

    private LayerWeights Weights(int weights, int bias, ImmutableArray<byte> shifts, bool twoLimbs) =>
        new(_model.Weights.Elements(weights), _model.Weights.Elements(bias), shifts, twoLimbs);
}
