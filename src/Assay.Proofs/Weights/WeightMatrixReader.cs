using Assay.Programs;
using Assay.Proofs.Circuits;

namespace Assay.Proofs.Weights;

/// <summary>The integers M[j][k] of a circuit's weight matrices (spec/proof-system.md, section 5.3): weights or one limb of them, and
/// biases in their slots. Everything else is 0.</summary>
public sealed class WeightMatrixReader
{
    private readonly Circuit _circuit;
    private readonly Matrix[] _matrices;

    /// <summary>Reads weights from a model.</summary>
    /// <param name="circuit">Of the model's program.</param>
    /// <exception cref="ArgumentException">The circuit is another program's.</exception>
    public WeightMatrixReader(ExactModel model, Circuit circuit)
    {
        if (!ReferenceEquals(model.Program, circuit.Program) && !model.ProgramBytes.Span.SequenceEqual(circuit.Program.Bytes.Span))
        {
            throw new ArgumentException("The circuit is another program's.", nameof(circuit));
        }

        _circuit = circuit;
        _matrices = new Matrix[circuit.Matrices.Length];
        foreach (Instance instance in circuit.Instances)
        {
            if (instance is Contraction contraction)
            {
                (int weights, int bias) = Tensors(circuit.Program.Operations[circuit.Matrices[contraction.Matrix].Operation]);
                _matrices[contraction.Matrix] = new(
                    contraction, model.Weights.Elements(weights), model.Weights.Elements(bias));
            }
        }
    }

    /// <summary>One row of a matrix.</summary>
    /// <param name="matrix">Its number in the circuit.</param>
    /// <param name="j">0 to J - 1.</param>
    /// <param name="row">2^bits of k; all of it is written.</param>
    public void ReadRow(int matrix, int j, Span<int> row)
    {
        row.Clear();
        (Contraction c, int[] weights, int[] bias) = _matrices[matrix];
        WeightLimb limb = _circuit.Matrices[matrix].Limb;
        for (int g = 0; g < c.Groups; g++)
        {
            int channel = (g * c.RowsPerGroup) + j;
            int perChannel = c.ChannelsPerGroup * c.Y.Taps * c.X.Taps;
            ReadChannel(c, weights.AsSpan(channel * perChannel, perChannel), limb, g, row);
            if (limb != WeightLimb.High)
            {
                short low = unchecked((short)bias[channel]);
                row[(c.BiasSlots[0] << c.GroupBits) | g] = low;
                row[(c.BiasSlots[1] << c.GroupBits) | g] = (int)((bias[channel] - (long)low) >> 16);
            }
        }
    }

    /// <summary>One output channel's weights, which are in the order (ci, dy, dx).</summary>
    private static void ReadChannel(Contraction c, ReadOnlySpan<int> weights, WeightLimb limb, int group, Span<int> row)
    {
        int next = 0;
        for (int ci = 0; ci < c.ChannelsPerGroup; ci++)
        {
            for (int dy = 0; dy < c.Y.Taps; dy++)
            {
                for (int dx = 0; dx < c.X.Taps; dx++)
                {
                    int k = (((((dy << c.XBits) | dx) << c.ChannelBits) | ci) << c.GroupBits) | group;
                    row[k] = Limb(weights[next++], limb);
                }
            }
        }
    }

    private static int Limb(int weight, WeightLimb limb) => limb switch
    {
        WeightLimb.Low => AccumulatorRule.Split(weight).Low,
        WeightLimb.High => AccumulatorRule.Split(weight).High,
        _ => weight,
    };

    private static (int Weights, int Bias) Tensors(Operation operation) => operation switch
    {
        LinearOperation op => (op.Weights, op.Bias),
        ConvOperation op => (op.Weights, op.Bias),
        AffineOperation op => (op.Weights, op.Bias),
        _ => throw new ArgumentException("The operation has no weight matrix.", nameof(operation)),
    };

    private sealed record Matrix(Contraction Contraction, int[] Weights, int[] Bias);
}
