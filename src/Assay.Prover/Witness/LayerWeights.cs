using System.Buffers.Binary;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Prover.Memory;

namespace Assay.Prover.Witness;

/// <summary>One limb of a layer's weights as rows of 16-bit numbers, padded with zeros, and its biases.</summary>
internal sealed unsafe class LayerWeights : IDisposable
{
    /// <summary>16-bit numbers to which rows are padded: a whole vector on every path.</summary>
    private const int Padding = 32;

    private readonly NativeBuffer<short> _rows;

    /// <param name="model">The model.</param>
    /// <param name="matrix">Which operation's weights, and which limb of them.</param>
    /// <param name="products">Weights of a row.</param>
    public LayerWeights(ExactModel model, WeightMatrix matrix, int products)
    {
        (int weights, int bias) = model.Program.Operations[matrix.Operation] switch
        {
            LinearOperation op => (op.Weights, op.Bias),
            ConvOperation op => (op.Weights, op.Bias),
            AffineOperation op => (op.Weights, op.Bias),
            _ => throw new ArgumentException("Not a layer.", nameof(matrix)),
        };
        int rows = model.Program.Weights[bias].Count;
        Stride = (products + Padding - 1) / Padding * Padding;
        _rows = new((long)rows * Stride);
        _rows.Clear();
        ReadOnlySpan<byte> bytes = model.Weights.Bytes(weights);
        bool narrow = model.Program.Weights[weights].Type == WeightType.I8;
        for (int row = 0; row < rows; row++)
        {
            short* to = _rows.Pointer + ((long)row * Stride);
            ReadOnlySpan<byte> from = bytes.Slice(row * products * (narrow ? 1 : 2), products * (narrow ? 1 : 2));
            for (int k = 0; k < products; k++)
            {
                to[k] = Limb(narrow ? (sbyte)from[k] : BinaryPrimitives.ReadInt16LittleEndian(from[(2 * k)..]), matrix.Limb);
            }
        }

        Biases = matrix.Limb == WeightLimb.High ? new int[rows] : model.Weights.Elements(bias);
    }

    /// <summary>16-bit numbers from one row to the next; a multiple of 32.</summary>
    public int Stride { get; }

    /// <summary>One per output channel; 0 for a High matrix.</summary>
    public int[] Biases { get; }

    /// <summary>The weights of an output channel, k = (input channel, dy, dx).</summary>
    public short* Row(int channel) => _rows.Pointer + ((long)channel * Stride);

    public void Dispose() => _rows.Dispose();

    private static short Limb(short weight, WeightLimb limb) => limb switch
    {
        WeightLimb.Whole => weight,
        WeightLimb.Low => (short)AccumulatorRule.Split(weight).Low,
        _ => (short)AccumulatorRule.Split(weight).High,
    };
}
