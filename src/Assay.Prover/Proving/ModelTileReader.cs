using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Layouts;
using Assay.Prover.Commitments;

namespace Assay.Prover.Proving;

/// <summary>The numbers of tiles straight from a model's weights (spec/proof-system.md, sections 5.3 and 6.2).</summary>
internal sealed class ModelTileReader : IWeightTileReader
{
    private readonly ExactModel _model;
    private readonly Contraction[] _contractions;
    private readonly WeightMatrix[] _matrices;
    private readonly int _a;
    private readonly int _b;

    /// <param name="model">The model.</param>
    /// <param name="shape">A shape of its circuit.</param>
    public ModelTileReader(ExactModel model, ProofShape shape)
    {
        _model = model;
        (_a, _b) = (shape.A, shape.B);
        _matrices = [.. shape.Circuit.Matrices];
        _contractions = new Contraction[_matrices.Length];
        foreach (Instance instance in shape.Circuit.Instances)
        {
            if (instance is Contraction contraction)
            {
                _contractions[contraction.Matrix] = contraction;
            }
        }
    }

    /// <inheritdoc/>
    public void Read(WeightTile tile, Span<short> numbers)
    {
        Contraction c = _contractions[tile.Matrix];
        WeightMatrix matrix = _matrices[tile.Matrix];
        (int weights, int bias) = _model.Program.Operations[matrix.Operation] switch
        {
            LinearOperation op => (op.Weights, op.Bias),
            ConvOperation op => (op.Weights, op.Bias),
            AffineOperation op => (op.Weights, op.Bias),
            _ => throw new ArgumentException("Not a layer.", nameof(tile)),
        };
        int perChannel = c.ChannelsPerGroup * c.Y.Taps * c.X.Taps;
        int firstRow = tile.JHigh << _b;
        int rows = Math.Min(1 << _b, matrix.Rows - firstRow);
        ReadOnlySpan<byte> bytes = _model.Weights.Bytes(weights);
        ReadOnlySpan<sbyte> narrow = _model.Program.Weights[weights].Type == WeightType.I8 ? MemoryMarshal.Cast<byte, sbyte>(bytes) : [];
        for (int kLow = 0; kLow < 1 << _a; kLow++)
        {
            int k = (tile.KHigh << _a) | kLow;
            if (k >> matrix.IndexBits != 0)
            {
                break;
            }

            int group = k & ((1 << c.GroupBits) - 1);
            int slot = k >> c.GroupBits;
            int input = slot & ((1 << c.ChannelBits) - 1);
            int dx = (slot >> c.ChannelBits) & ((1 << c.XBits) - 1);
            int dy = slot >> (c.ChannelBits + c.XBits);
            bool isWeight = input < c.ChannelsPerGroup && dx < c.X.Taps && dy < c.Y.Taps;
            int half = isWeight ? -1 : c.BiasSlots.IndexOf(slot);
            if (group >= c.Groups || (!isWeight && (half < 0 || matrix.Limb == WeightLimb.High)))
            {
                continue;
            }

            int channel = (group * c.RowsPerGroup) + firstRow;
            long at = ((long)channel * perChannel) + (((input * c.Y.Taps) + dy) * c.X.Taps) + dx;
            for (int j = 0; j < rows; j++, at += perChannel)
            {
                numbers[(j << _a) | kLow] = !isWeight ? Half(_model.Weights.Element(bias, channel + j), half)
                    : narrow.IsEmpty ? Limb(BinaryPrimitives.ReadInt16LittleEndian(bytes[(int)(2 * at)..]), matrix.Limb)
                    : Limb(narrow[(int)at], matrix.Limb);
            }
        }
    }

    private static short Limb(int weight, WeightLimb limb) => limb switch
    {
        WeightLimb.Low => (short)AccumulatorRule.Split(weight).Low,
        WeightLimb.High => (short)AccumulatorRule.Split(weight).High,
        _ => (short)weight,
    };

    /// <summary><c>bias = half 0 + 65536 * half 1</c>, both with a sign.</summary>
    private static short Half(int bias, int half)
    {
        short low = unchecked((short)bias);
        return half == 0 ? low : (short)((bias - (long)low) >> 16);
    }
}
