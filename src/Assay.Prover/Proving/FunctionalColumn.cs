using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Prover.Simd;

namespace Assay.Prover.Proving;

/// <summary>All terms of one column as few outer products: a vector along the leading dimension by one over the cells of a slice. Terms
/// that share the latter (those of one shape at one point do) are added up first.</summary>
/// <remarks>Safety: a slice of 16 cells and more is whole blocks; vectors over it are as long.</remarks>
internal sealed unsafe class FunctionalColumn : IDisposable
{
    private const int BlockBits = 4;

    private readonly ExtensionKernels _kernels;
    private readonly NativeArena _arena;
    private readonly List<Group> _groups = [];

    /// <param name="box">The column's place in W.</param>
    /// <param name="terms">Terms of the column with the powers that weigh them.</param>
    public FunctionalColumn(BoxPlacement box, List<(Term Term, Ext4 Power)> terms, ExtensionKernels kernels, NativeArena arena)
    {
        Box = box;
        _kernels = kernels;
        _arena = arena;
        using ExtensionArray along = new(arena, box.Dims[box.Lead]);
        foreach ((Term term, Ext4 power) in terms)
        {
            Ext4 coefficient = power * term.Coefficient;
            if (term.IsFlat && box.Dims.Length > 2)
            {
                AddFlat(term, coefficient);
                continue;
            }

            for (int d = 0; d < box.Dims.Length; d++)
            {
                coefficient = box.Dims[d] == 1 && d != box.Lead ? coefficient * term.Factors[d][0] : coefficient;
            }

            // In standard form the vector is integers to the kernel.
            along.Spread(term.Factors[box.Lead]);
            kernels.AddMultiple(Find(term.Factors).Lead!.Words, along.Words, ExtensionConstant.ForIntegers(coefficient), along.Blocks);
        }
    }

    /// <summary>The column's place in W.</summary>
    public BoxPlacement Box { get; }

    /// <summary>Writes the coefficients of some slices of one block.</summary>
    /// <param name="start">The first slice.</param>
    /// <param name="slices">How many.</param>
    /// <param name="table">The coefficients of W's cells.</param>
    /// <param name="small">Takes those that lie in blocks of 16 with cells of others.</param>
    public void Fill(int start, int slices, ExtensionArray table, List<(long Cell, Ext4 Value)> small)
    {
        BoxBlock block = Box.Blocks.Last(b => b.Start <= start);
        long cell = block.Offset + ((long)(start - block.Start) << Box.SliceBits);
        if (Box.SliceBits < BlockBits)
        {
            FillSmall(start, slices, cell, block.Bits + Box.SliceBits >= BlockBits, table, small);
            return;
        }

        long blocks = 1L << (Box.SliceBits - BlockBits);
        for (int slice = start; slice < start + slices; slice++, cell += 1L << Box.SliceBits)
        {
            uint* to = table.Words + ExtensionArray.WordOf(cell);
            bool first = true;
            foreach (Group group in _groups)
            {
                if (group.Lead is null)
                {
                    Put(to, group.Tail!.Words + ExtensionArray.WordOf((long)slice << Box.SliceBits), blocks, first);
                }
                else if (first)
                {
                    _kernels.Multiply(to, group.Tail!.Words, Constant(group.Lead, slice), blocks);
                }
                else
                {
                    _kernels.AddMultiple(to, group.Tail!.Words, Constant(group.Lead, slice), blocks);
                }

                first = false;
            }

            if (first)
            {
                Clear(to, blocks);
            }
        }
    }

    public void Dispose()
    {
        foreach (Group group in _groups)
        {
            group.Tail?.Dispose();
            group.Lead?.Dispose();
        }
    }

    private static void Clear(uint* to, long blocks) => new Span<uint>(to, (int)(blocks * ExtensionKernels.BlockWords)).Clear();

    private static ExtensionConstant Constant(ExtensionArray form, int index)
    {
        uint* words = form.Words + ExtensionArray.WordOf(index);
        return ExtensionConstant.FromForm(new(words[0], words[16], words[32], words[48]));
    }

    private void Put(uint* to, uint* from, long blocks, bool first)
    {
        if (first)
        {
            new ReadOnlySpan<uint>(from, (int)(blocks * ExtensionKernels.BlockWords)).CopyTo(new(to, (int)(blocks * ExtensionKernels.BlockWords)));
        }
        else
        {
            _kernels.Add(to, to, from, blocks);
        }
    }

    private void FillSmall(int start, int slices, long cell, bool own, ExtensionArray table, List<(long Cell, Ext4 Value)> small)
    {
        if (own && _groups.TrueForAll(static group => group.Lead is not null))
        {
            FillBlocks(start, slices, table.Words + ExtensionArray.WordOf(cell));
            return;
        }

        int size = 1 << Box.SliceBits;
        for (int slice = start; slice < start + slices; slice++)
        {
            for (int i = 0; i < size; i++, cell++)
            {
                Ext4 value = Ext4.Zero;
                foreach (Group group in _groups)
                {
                    value += group.Lead is null ? group.Small[(slice * size) + i] : group.Lead[slice] * group.Small[i];
                }

                if (own)
                {
                    table[cell] = value;
                }
                else
                {
                    small.Add((cell, value));
                }
            }
        }
    }

    /// <summary>Whole blocks of several slices each: the lead's elements, each repeated for its slice's cells, times the slice's
    /// vector.</summary>
    private void FillBlocks(int start, int slices, uint* to)
    {
        int blocks = slices << Box.SliceBits >> BlockBits;
        if (_groups.Count == 0)
        {
            Clear(to, blocks);
            return;
        }

        uint* repeated = stackalloc uint[2 * ExtensionKernels.BlockWords];
        uint* tiled = repeated + ExtensionKernels.BlockWords;
        int size = 1 << Box.SliceBits;
        bool first = true;
        foreach (Group group in _groups)
        {
            if (Box.SliceBits == 0)
            {
                // A slice's vector is 1, and slices go on in blocks as the lead's elements do.
                Put(to, group.Lead!.Words + ExtensionArray.WordOf(start), blocks, first);
                first = false;
                continue;
            }

            for (int i = 0; i < ExtensionKernels.BlockElements; i++)
            {
                Ext4 form = ExtensionForm.Enter(group.Small[i & (size - 1)]);
                (tiled[i], tiled[i + 16], tiled[i + 32], tiled[i + 48]) = (form.C0, form.C1, form.C2, form.C3);
            }

            for (int block = 0; block < blocks; block++)
            {
                for (int i = 0; i < ExtensionKernels.BlockElements; i++)
                {
                    uint* lead = group.Lead!.Words + ExtensionArray.WordOf(start + (((block * ExtensionKernels.BlockElements) + i) >> Box.SliceBits));
                    (repeated[i], repeated[i + 16], repeated[i + 32], repeated[i + 48]) = (lead[0], lead[16], lead[32], lead[48]);
                }

                _kernels.Multiply(repeated, repeated, tiled, 1);
                Put(to + ((long)block * ExtensionKernels.BlockWords), repeated, 1, first);
            }

            first = false;
        }
    }

    /// <summary>The group whose vectors over a slice are these; a new one if there is none.</summary>
    private Group Find(Ext4[][] factors)
    {
        foreach (Group group in _groups)
        {
            bool same = group.Lead is not null;
            for (int d = Box.Lead + 1; d < Box.Dims.Length && same; d++)
            {
                same = Box.Dims[d] == 1 || ReferenceEquals(group.Factors[d], factors[d]);
            }

            if (same)
            {
                return group;
            }
        }

        Group added = new(factors, new(_arena, Box.Dims[Box.Lead])) { Small = [Ext4.One] };
        added.Lead!.Clear();
        int bits = 0;
        for (int d = Box.Dims.Length - 1; d > Box.Lead; d--)
        {
            if (Box.Dims[d] > 1)
            {
                Extend(added, factors[d], bits);
                bits += Bits.Ceiling(Box.Dims[d]);
            }
        }

        _groups.Add(added);
        return added;
    }

    /// <summary>One more dimension in front of the cells of <paramref name="bits"/> bits that a group's vector has so far.</summary>
    private void Extend(Group group, Ext4[] factor, int bits)
    {
        int pitch = Bits.Ceiling(factor.Length);
        if (bits + pitch < BlockBits)
        {
            Ext4[] small = new Ext4[1 << (bits + pitch)];
            for (int i = 0; i < factor.Length; i++)
            {
                for (int j = 0; j < group.Small.Length; j++)
                {
                    small[(i << bits) + j] = factor[i] * group.Small[j];
                }
            }

            group.Small = small;
            return;
        }

        ExtensionArray table = new(_arena, 1L << (bits + pitch));
        table.Clear();
        if (group.Tail is { } inner)
        {
            for (int i = 0; i < factor.Length; i++)
            {
                _kernels.Multiply(table.Words + ExtensionArray.WordOf((long)i << bits), inner.Words, ExtensionConstant.From(factor[i]), inner.Blocks);
            }

            inner.Dispose();
        }
        else
        {
            for (int i = 0; i < factor.Length; i++)
            {
                for (int j = 0; j < group.Small.Length; j++)
                {
                    table[((long)i << bits) + j] = bits == 0 ? factor[i] : factor[i] * group.Small[j];
                }
            }
        }

        group.Tail = table;
    }

    /// <summary>A term with one vector over all dimensions but the last: every cell for itself, or runs of a long last dimension.</summary>
    private void AddFlat(Term term, Ext4 coefficient)
    {
        Group group = new(term.Factors, null);
        long cells = (long)Box.Dims[Box.Lead] << Box.SliceBits;
        Ext4[] features = term.Factors[0];
        Ext4[] runs = term.Factors[1];
        int runBits = Bits.Ceiling(runs.Length);
        bool vectors = runBits >= BlockBits;
        bool small = Box.SliceBits < BlockBits;
        ExtensionArray? table = small ? null : new(_arena, cells);
        table?.Clear();
        group.Small = small ? new Ext4[cells] : [];
        using ExtensionArray? last = vectors ? ExtensionArray.From(_arena, runs) : null;
        int[] index = new int[Box.Dims.Length];
        for (int f = 0; f < features.Length; f++)
        {
            long cell = (long)index[Box.Lead] << Box.SliceBits;
            for (int d = Box.Lead + 1; d < index.Length - 1; d++)
            {
                cell += (long)index[d] << Box.Shifts[d];
            }

            Ext4 weight = coefficient * features[f];
            if (vectors && Box.Lead < index.Length - 1)
            {
                _kernels.Multiply(table!.Words + ExtensionArray.WordOf(cell), last!.Words, ExtensionConstant.From(weight), last.Blocks);
            }
            else
            {
                for (int i = 0; i < runs.Length; i++)
                {
                    long at = Box.Lead == index.Length - 1 ? (long)i << Box.SliceBits : cell + i;
                    if (small)
                    {
                        group.Small[at] = weight * runs[i];
                    }
                    else
                    {
                        table![at] = weight * runs[i];
                    }
                }
            }

            for (int d = index.Length - 2; d >= 0 && ++index[d] == Box.Dims[d]; d--)
            {
                index[d] = 0;
            }
        }

        group.Tail = table;
        _groups.Add(group);
    }

    /// <summary>Terms that share their vectors over a slice.</summary>
    /// <param name="factors">Of the first of them.</param>
    /// <param name="lead">The sum of their multiples along the leading dimension; null if the vector goes over all slices.</param>
    private sealed class Group(Ext4[][] factors, ExtensionArray? lead)
    {
        public Ext4[][] Factors { get; } = factors;

        public ExtensionArray? Lead { get; } = lead;

        /// <summary>The vector over a slice of fewer than 16 cells.</summary>
        public Ext4[] Small { get; set; } = [];

        /// <summary>The vector over a slice of more.</summary>
        public ExtensionArray? Tail { get; set; }
    }
}
