using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;

namespace Assay.Prover.Proving;

/// <summary>The table A_l of a contraction (spec/proof-system.md, section 7, step 6): the operand, summed over all positions with their
/// weights, for each product.</summary>
/// <remarks>Safety: loops follow the column's dimensions and the table's bits.</remarks>
internal sealed unsafe class ContractionTable(
    Circuit circuit, Contraction contraction, PoolPoints points, ExtensionKernels kernels, NativeArena arena)
{
    // Runs from which the batch is summed first: one vector for each tap over all positions of all runs would be long.
    private const int ManyRuns = 16;

    private readonly ImmutableArray<int> _dims = circuit.Columns[contraction.Column].Dims;
    private readonly Ext4[][] _weights = points.Weights(contraction.Box);

    /// <summary>The table, of <c>2^IndexBits</c> elements.</summary>
    /// <param name="column">The operand.</param>
    public ExtensionArray Build(int* column)
    {
        ExtensionArray table = new(arena, 1L << contraction.IndexBits);
        table.Clear();
        int channelDim = contraction.Flat ? _dims.Length - 2 : contraction.ChannelDim;
        (int lead, int channels, int tail) = (1, contraction.Groups * contraction.ChannelsPerGroup, 1);
        for (int d = 0; d < _dims.Length && !contraction.Flat; d++)
        {
            lead *= d < channelDim ? _dims[d] : 1;
            tail *= d > channelDim ? _dims[d] : 1;
        }

        tail = contraction.Flat ? _dims[^1] : tail;
        Ext4[] leads = Joint(0, contraction.Flat ? 0 : channelDim);
        Ext4[] groups = points.Weights(Pool.G, contraction.Groups);
        if (tail == 1 && contraction.Groups == 1 && contraction.Y.Dim < 0 && contraction.X.Dim < 0)
        {
            AddRows(table, column, leads, channels, _weights[^1][0]);
        }
        else
        {
            AddTaps(table, column, leads, channels, tail, channelDim, groups);
        }

        AddBias(table, groups);
        return table;
    }

    /// <summary>No position behind the channels: whole rows of channels at once.</summary>
    private void AddRows(ExtensionArray table, int* column, Ext4[] leads, int channels, Ext4 run)
    {
        for (int lead = 0; lead < leads.Length; lead++)
        {
            kernels.AddMultipleOfIntegers(table.Words, column + ((long)lead * channels), ExtensionConstant.ForIntegers(leads[lead] * run), channels);
        }
    }

    private void AddTaps(ExtensionArray table, int* column, Ext4[] leads, int channels, int tail, int channelDim, Ext4[] groups)
    {
        int batch = _dims[^1];
        bool batchFirst = batch >= ManyRuns && tail > batch;
        int taps = contraction.Y.Taps * contraction.X.Taps;
        Ext4[][] vectors = new Ext4[taps][];
        for (int dy = 0; dy < contraction.Y.Taps; dy++)
        {
            for (int dx = 0; dx < contraction.X.Taps; dx++)
            {
                vectors[(dy * contraction.X.Taps) + dx] = TapVector(dy, dx, channelDim, batchFirst);
            }
        }

        ExtensionArray[] arrays = [.. vectors.Select(vector => ExtensionArray.From(arena, vector))];
        using ExtensionArray? runs = batchFirst ? ExtensionArray.From(arena, _weights[^1]) : null;
        int places = batchFirst ? tail / batch : tail;
        using ExtensionArray? summed = batchFirst ? new(arena, places) : null;
        for (int channel = 0; channel < channels; channel++)
        {
            (int group, int input) = Math.DivRem(channel, contraction.ChannelsPerGroup);
            for (int tap = 0; tap < taps; tap++)
            {
                if (vectors[tap].Length == 0)
                {
                    continue;
                }

                Ext4 sum = Ext4.Zero;
                for (int lead = 0; lead < leads.Length; lead++)
                {
                    int* from = column + ((((long)lead * channels) + channel) * tail);
                    if (batchFirst && tap == 0)
                    {
                        SumRuns(from, runs!, batch, summed!);
                    }

                    Ext4 dot = batchFirst ? kernels.Dot(summed!.Words, arrays[tap].Words, summed.Blocks) : kernels.DotIntegers(from, arrays[tap].Words, places);
                    sum += leads[lead] * dot;
                }

                (int dy, int dx) = Math.DivRem(tap, contraction.X.Taps);
                long k = ((((long)((dy << contraction.XBits) | dx) << contraction.ChannelBits) | (uint)input) << contraction.GroupBits) | (uint)group;
                table[k] = contraction.Groups == 1 ? sum : sum * groups[group];
            }
        }

        foreach (ExtensionArray array in arrays)
        {
            array.Dispose();
        }
    }

    private void SumRuns(int* from, ExtensionArray runs, int batch, ExtensionArray summed)
    {
        for (int place = 0; place < summed.Length; place++)
        {
            summed[place] = kernels.DotIntegers(from + ((long)place * batch), runs.Words, batch);
        }
    }

    /// <summary>The weight of each element behind a channel for one tap: windows along two of the dimensions, weights as they are
    /// along the others.</summary>
    private Ext4[] TapVector(int dy, int dx, int channelDim, bool batchFirst)
    {
        Ext4[] joint = [Ext4.One];
        int end = batchFirst ? _dims.Length - 1 : _dims.Length;
        for (int d = contraction.Flat ? _dims.Length - 1 : channelDim + 1; d < end; d++)
        {
            Ext4[] along = d == contraction.Y.Dim ? Shifted(contraction.Y, dy, _weights[d], _dims[d])
                : d == contraction.X.Dim ? Shifted(contraction.X, dx, _weights[d], _dims[d])
                : contraction.Flat ? _weights[^1] : _weights[d];
            Ext4[] next = new Ext4[joint.Length * along.Length];
            for (int i = 0; i < joint.Length; i++)
            {
                for (int j = 0; j < along.Length; j++)
                {
                    next[(i * along.Length) + j] = joint[i] * along[j];
                }
            }

            joint = next;
        }

        return joint;
    }

    /// <summary>For each place the weight of the output position that reads it with a tap, 0 if there is none.</summary>
    private static Ext4[] Shifted(Window window, int tap, Ext4[] weights, int length)
    {
        Ext4[] shifted = new Ext4[length];
        for (int o = 0; o < weights.Length; o++)
        {
            int place = (o * window.Stride) + (tap * window.Dilation) - window.Pad;
            if (place >= 0 && place < length)
            {
                shifted[place] = weights[o];
            }
        }

        return shifted;
    }

    private Ext4[] Joint(int from, int to)
    {
        Ext4[] joint = [Ext4.One];
        for (int d = from; d < to; d++)
        {
            Ext4[] next = new Ext4[joint.Length * _dims[d]];
            for (int i = 0; i < next.Length; i++)
            {
                next[i] = joint[i / _dims[d]] * _weights[d][i % _dims[d]];
            }

            joint = next;
        }

        return joint;
    }

    /// <summary>What the bias slots read: 1 and 65536 at every position.</summary>
    private void AddBias(ExtensionArray table, Ext4[] groups)
    {
        if (circuit.Matrices[contraction.Matrix].Limb == WeightLimb.High)
        {
            return;
        }

        BoxWeights box = new(_weights);
        int channelAxis = 0;
        while (contraction.Box[channelAxis].Pool != Pool.J)
        {
            channelAxis++;
        }

        Ext4 positions = box.SumsBut(channelAxis);
        for (int i = 0; i < contraction.BiasSlots.Length; i++)
        {
            for (int group = 0; group < contraction.Groups; group++)
            {
                table[((long)contraction.BiasSlots[i] << contraction.GroupBits) | (uint)group] = positions * groups[group] * KoalaBear.From(1L << (16 * i));
            }
        }
    }
}
