using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>What moves, picks or repeats integers and leaves their scale as it is.</summary>
internal sealed partial class ProgramEmitter
{
    private void EmitLayout(FloatNode node)
    {
        QuantizedValue x = Value(node.Operands[0]);
        TensorType type = x.TypeOf(node.Shape);
        switch (node)
        {
            case ReshapeNode:
                Push(node, new ReshapeOperation(x.Value, type), x.Scale);
                break;
            case MaxPoolNode { Window: var w }:
                Push(node, new MaxPoolOperation(x.Value, w.KernelY, w.KernelX, w.StrideY, w.StrideX, new Pads(w.Top, w.Left, w.Bottom, w.Right), type), x.Scale);
                break;
            case TransposeNode transpose:
                Push(node, new TransposeOperation(x.Value, transpose.Permutation, type), x.Scale);
                break;
            case SliceNode slice:
                Push(node, new SliceOperation(x.Value, slice.Starts, slice.Steps, type), x.Scale);
                break;
            case GatherNode gather:
                Push(node, new GatherOperation(x.Value, gather.Axis, gather.Indices, type), x.Scale);
                break;
            case TopKNode { Indices: false } topK:
                Push(node, new TopKOperation(x.Value, topK.K, topK.Largest, Indices: false, type), x.Scale);
                break;
            case TopKNode topK:
                TensorType places = new(node.Shape, 0, (short)Math.Min(short.MaxValue, topK.X.Shape[^1] - 1));
                Push(node, new TopKOperation(x.Value, topK.K, topK.Largest, Indices: true, places), 1);
                break;
            case PadNode pad:
                Push(node, new PadOperation(x.Value, [0, pad.Top, pad.Left], [0, pad.Bottom, pad.Right], 0, With(type, 0)), x.Scale);
                break;
            case ConstantPadNode pad:
                // A value beyond int16 (the minus infinity of a maximum) is the nearest there is.
                short value = (short)Math.Clamp(Math.Round(pad.Value / x.Scale), short.MinValue, short.MaxValue);
                Push(node, new PadOperation(x.Value, pad.Before, pad.After, value, With(type, value)), x.Scale);
                break;
            default:
                throw new InvalidOperationException($"No operation for {node.GetType().Name}.");
        }
    }

    private static TensorType With(TensorType type, short value) => type with { Lo = Math.Min(type.Lo, value), Hi = Math.Max(type.Hi, value) };
}
