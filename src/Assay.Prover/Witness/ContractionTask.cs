using System.Runtime.CompilerServices;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Witness;

/// <summary>A layer: its accumulators, and from them the columns of its requantisation.</summary>
/// <remarks>Safety: the shape follows from the circuit's columns; panels and sums are sized for it.</remarks>
internal sealed unsafe class ContractionTask<TS, TV>(ContractionShape shape, int column, LayerWeights weights, BoxSum known, IRunSink sink)
    : IWitnessTask
    where TS : struct, IBaseVector<TV>
    where TV : unmanaged
{
    // Positions of a tile: its panel stays in the second-level cache for the usual numbers of products.
    private const int TilePositions = 1024;

    // Fewer positions than this are computed as inner products along k: lanes of positions would be mostly empty.
    private const int FewPositions = 24;

    private const int RowsAtOnce = 4;

    private int OutputChannels => shape.Groups * shape.Outputs;

    /// <inheritdoc/>
    public void Run(int** columns, WitnessScratch scratch, WorkerTeam team)
    {
        int* x = columns[column];
        if (shape.Outputs < RowsAtOnce && shape.Groups > 1)
        {
            RunTaps(columns, x, scratch, team);
            return;
        }

        short* operand = scratch.Operand(shape.Elements);
        Narrow(x, operand, shape.Elements, team);
        if (shape.Lead > 1 && shape.Positions == 1)
        {
            RunLead(columns, operand, scratch, team);
            return;
        }

        long slice = shape.Elements / shape.Lead;
        for (int lead = 0; lead < shape.Lead; lead++)
        {
            for (int group = 0; group < shape.Groups; group++)
            {
                short* from = operand + (lead * slice) + (group * (slice / shape.Groups));
                long first = ((((long)lead * shape.Groups) + group) * shape.Outputs) * shape.Positions;
                int rowsPerTile = Math.Max(1, TilePositions / (shape.OutputWidth * shape.Rest));
                for (int row = 0; row < shape.OutputHeight; row += rowsPerTile)
                {
                    int end = Math.Min(row + rowsPerTile, shape.OutputHeight);
                    RunTile(columns, from, group, first, row, end, scratch, team);
                }
            }
        }
    }

    // A few for each thread: one that is held up leaves its parts to the others.
    private static int Parts(WorkerTeam team) => team.Threads == 1 ? 1 : 4 * team.Threads;

    private static void Narrow(int* x, short* operand, long count, WorkerTeam team)
    {
        const int Piece = 1 << 16;
        team.Run(new TeamAction(piece =>
        {
            long end = Math.Min(count, (piece + 1L) * Piece);
            for (long i = (long)piece * Piece; i < end; i++)
            {
                operand[i] = (short)x[i];
            }
        }), (int)((count + Piece - 1) / Piece));
    }

    /// <summary>All output channels of a group over some rows of positions.</summary>
    private void RunTile(int** columns, short* from, int group, long first, int rowStart, int rowEnd, WitnessScratch scratch, WorkerTeam team)
    {
        int perRow = shape.OutputWidth * shape.Rest;
        int count = (rowEnd - rowStart) * perRow;
        int words = weights.Stride / 2;
        bool dots = count < FewPositions;
        int block = MatrixKernels<TS, TV>.Block;
        int padded = dots ? (count + 1) / 2 * 2 : (count + block - 1) / block * block;
        uint* panels = scratch.Panels((long)padded * words);
        team.Run(new TeamAction(part =>
        {
            int parts = Parts(team);
            Pack(from, rowStart, rowEnd, count, padded, dots, panels, words * part / parts, words * (part + 1) / parts);
        }), Parts(team));

        int blocks = (shape.Outputs + RowsAtOnce - 1) / RowsAtOnce;
        int workers = Math.Min(blocks, Parts(team));
        int* sums = scratch.Sums((long)workers * RowsAtOnce * padded);
        team.Run(new TeamAction(worker =>
        {
            int* mine = sums + ((long)worker * RowsAtOnce * padded);
            for (int b = blocks * worker / workers; b < blocks * (worker + 1) / workers; b++)
            {
                int channel = b * RowsAtOnce;
                int last = (group * shape.Outputs) + shape.Outputs - 1;
                int at = (group * shape.Outputs) + channel;
                uint* w0 = (uint*)weights.Row(at);
                uint* w1 = (uint*)weights.Row(Math.Min(at + 1, last));
                uint* w2 = (uint*)weights.Row(Math.Min(at + 2, last));
                uint* w3 = (uint*)weights.Row(Math.Min(at + 3, last));
                if (dots)
                {
                    DotTile(w0, w1, w2, w3, panels, words, padded, mine);
                }
                else
                {
                    for (int p = 0; p < padded; p += block)
                    {
                        MatrixKernels<TS, TV>.Lanes(w0, w1, w2, w3, words, panels + ((long)p * words), mine + p, padded);
                    }
                }

                for (int r = 0; r < RowsAtOnce && channel + r < shape.Outputs; r++)
                {
                    long start = first + ((long)(channel + r) * shape.Positions) + ((long)rowStart * perRow);
                    Finish(columns, mine + ((long)r * padded), weights.Biases[at + r], start, count);
                }
            }
        }), workers);
    }

    private static void DotTile(uint* w0, uint* w1, uint* w2, uint* w3, uint* panels, int words, int padded, int* sums)
    {
        int* eight = stackalloc int[8];
        for (int p = 0; p < padded; p += 2)
        {
            uint* x = panels + ((long)p * words);
            MatrixKernels<TS, TV>.Dots(w0, w1, w2, w3, x, x + words, words, eight);
            for (int r = 0; r < RowsAtOnce; r++)
            {
                sums[(r * padded) + p] = eight[2 * r];
                sums[(r * padded) + p + 1] = eight[(2 * r) + 1];
            }
        }
    }

    /// <summary>The operand's elements for some pairs of k: in blocks of positions for lanes, or a row of k for each position.</summary>
    private void Pack(short* from, int rowStart, int rowEnd, int count, int padded, bool dots, uint* panels, int firstPair, int lastPair)
    {
        int words = weights.Stride / 2;
        int block = MatrixKernels<TS, TV>.Block;
        short[] rows = new short[2 * padded];
        fixed (short* even = rows)
        {
            short* odd = even + padded;
            for (int pair = firstPair; pair < lastPair; pair++)
            {
                Row(even, from, 2 * pair, rowStart, rowEnd, count);
                Row(odd, from, (2 * pair) + 1, rowStart, rowEnd, count);
                if (dots)
                {
                    for (int p = 0; p < padded; p++)
                    {
                        panels[((long)p * words) + pair] = (ushort)even[p] | ((uint)odd[p] << 16);
                    }

                    continue;
                }

                for (int p = 0; p < padded; p += block)
                {
                    uint* to = panels + ((long)p * words) + ((long)pair * block);
                    for (int i = 0; i < block; i++)
                    {
                        to[i] = (ushort)even[p + i] | ((uint)odd[p + i] << 16);
                    }
                }
            }
        }
    }

    /// <summary>What product k reads at each position of some rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(short* to, short* from, int k, int rowStart, int rowEnd, int count)
    {
        if (k >= shape.Products)
        {
            new Span<short>(to, count).Clear();
            return;
        }

        (int channel, int tap) = Math.DivRem(k, shape.Y.Taps * shape.X.Taps);
        (int dy, int dx) = Math.DivRem(tap, shape.X.Taps);
        short* plane = from + ((long)channel * shape.Height * shape.Width * shape.Rest);
        int rest = shape.Rest;
        int shift = (dx * shape.X.Dilation) - shape.X.Pad;
        (int inside, int outside) = Inside(shift);
        for (int row = rowStart; row < rowEnd; row++, to += shape.OutputWidth * rest)
        {
            int y = (row * shape.Y.Stride) + (dy * shape.Y.Dilation) - shape.Y.Pad;
            if (y < 0 || y >= shape.Height || inside >= outside)
            {
                new Span<short>(to, shape.OutputWidth * rest).Clear();
                continue;
            }

            short* line = plane + ((long)y * shape.Width * rest);
            new Span<short>(to, inside * rest).Clear();
            new Span<short>(to + (outside * rest), (shape.OutputWidth - outside) * rest).Clear();
            if (shape.X.Stride == 1)
            {
                new ReadOnlySpan<short>(line + ((inside + shift) * rest), (outside - inside) * rest).CopyTo(new(to + (inside * rest), (outside - inside) * rest));
                continue;
            }

            for (int o = inside; o < outside; o++)
            {
                short* place = line + (((o * shape.X.Stride) + shift) * rest);
                for (int i = 0; i < rest; i++)
                {
                    to[(o * rest) + i] = place[i];
                }
            }
        }
    }

    /// <summary>The outputs along x whose tap lies inside the operand.</summary>
    private (int First, int End) Inside(int shift)
    {
        int stride = shape.X.Stride;
        int first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        int end = shape.Width - shift <= 0 ? 0 : ((shape.Width - 1 - shift) / stride) + 1;
        end = Math.Min(end, shape.OutputWidth);
        return (Math.Min(first, end), end);
    }

    /// <summary>A linear layer over many rows of one element: rows of k lie in memory as the kernel wants them.</summary>
    private void RunLead(int** columns, short* operand, WitnessScratch scratch, WorkerTeam team)
    {
        const int Slices = 8;
        int words = weights.Stride / 2;
        int chunks = (shape.Lead + Slices - 1) / Slices;
        uint* panels = scratch.Panels((long)chunks * Slices * words);
        int* sums = scratch.Sums((long)chunks * Slices * OutputChannels);
        team.Run(new TeamAction(chunk =>
        {
            int first = chunk * Slices;
            int count = Math.Min(Slices, shape.Lead - first);
            uint* x = panels + ((long)first * words);
            new Span<uint>(x, Slices * words).Clear();
            for (int slice = 0; slice < count; slice++)
            {
                new ReadOnlySpan<short>(operand + ((long)(first + slice) * shape.Inputs), shape.Inputs).CopyTo(new(x + (slice * words), shape.Inputs));
            }

            int* mine = sums + ((long)first * OutputChannels);
            int* eight = stackalloc int[8];
            for (int channel = 0; channel < OutputChannels; channel += RowsAtOnce)
            {
                int last = OutputChannels - 1;
                uint* w0 = (uint*)weights.Row(channel);
                uint* w1 = (uint*)weights.Row(Math.Min(channel + 1, last));
                uint* w2 = (uint*)weights.Row(Math.Min(channel + 2, last));
                uint* w3 = (uint*)weights.Row(Math.Min(channel + 3, last));
                for (int p = 0; p < count; p += 2)
                {
                    uint* at = x + (p * words);
                    MatrixKernels<TS, TV>.Dots(w0, w1, w2, w3, at, at + words, words, eight);
                    for (int r = 0; r < RowsAtOnce && channel + r < OutputChannels; r++)
                    {
                        mine[(p * OutputChannels) + channel + r] = eight[2 * r] + weights.Biases[channel + r];
                        mine[((p + 1) * OutputChannels) + channel + r] = eight[(2 * r) + 1] + weights.Biases[channel + r];
                    }
                }
            }

            Finish(columns, mine, 0, (long)first * OutputChannels, count * OutputChannels);
        }), chunks);
    }

    /// <summary>Few outputs in a group (depthwise, scales per channel): one tap after the other over all positions.</summary>
    private void RunTaps(int** columns, int* x, WitnessScratch scratch, WorkerTeam team)
    {
        int channels = shape.Lead * OutputChannels;
        int workers = Math.Min(channels, Parts(team));
        int* sums = scratch.Sums((long)workers * shape.Positions);
        long slice = shape.Elements / shape.Lead;
        team.Run(new TeamAction(worker =>
        {
            int* mine = sums + ((long)worker * shape.Positions);
            for (int c = (int)((long)channels * worker / workers); c < (long)channels * (worker + 1) / workers; c++)
            {
                (int lead, int channel) = Math.DivRem(c, OutputChannels);
                int* from = x + (lead * slice) + (channel / shape.Outputs * (slice / shape.Groups));
                short* row = weights.Row(channel);
                new Span<int>(mine, shape.Positions).Clear();
                for (int k = 0; k < shape.Products; k++)
                {
                    AddTap(mine, from, k, row[k]);
                }

                Finish(columns, mine, weights.Biases[channel], (long)c * shape.Positions, shape.Positions);
            }
        }), workers);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTap(int* sums, int* from, int k, int weight)
    {
        (int channel, int tap) = Math.DivRem(k, shape.Y.Taps * shape.X.Taps);
        (int dy, int dx) = Math.DivRem(tap, shape.X.Taps);
        int rest = shape.Rest;
        int shift = (dx * shape.X.Dilation) - shape.X.Pad;
        (int inside, int outside) = Inside(shift);
        for (int row = 0; row < shape.OutputHeight; row++)
        {
            int y = (row * shape.Y.Stride) + (dy * shape.Y.Dilation) - shape.Y.Pad;
            if (y < 0 || y >= shape.Height)
            {
                continue;
            }

            int* line = from + ((((long)channel * shape.Height) + y) * shape.Width * rest);
            int* to = sums + ((long)row * shape.OutputWidth * rest);
            for (int o = inside; o < outside; o++)
            {
                int* place = line + (((o * shape.X.Stride) + shift) * rest);
                for (int i = 0; i < rest; i++)
                {
                    to[(o * rest) + i] += weight * place[i];
                }
            }
        }
    }

    private void Finish(int** columns, int* sums, int bias, long start, int count)
    {
        const int Tile = 1024;
        int* other = stackalloc int[Tile];
        for (int done = 0; done < count; done += Tile)
        {
            int length = Math.Min(Tile, count - done);
            int* values = sums + done;
            if (known.IsEmpty)
            {
                for (int i = 0; i < length; i++)
                {
                    values[i] += bias;
                }
            }
            else
            {
                known.Compute(columns, start + done, length, other);
                for (int i = 0; i < length; i++)
                {
                    values[i] += bias - other[i];
                }
            }

            sink.Fill(columns, values, start + done, length);
        }
    }
}
