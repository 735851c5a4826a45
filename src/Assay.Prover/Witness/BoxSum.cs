using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Assay.Proofs.Circuits;

namespace Assay.Prover.Witness;

/// <summary>A sum of views and constants over a box, ready to be computed for any run of positions in row-major order. Arithmetic is
/// modulo 2^32: what the interval rule keeps below p in magnitude is exact.</summary>
/// <remarks>Safety: places were checked against the columns' lengths when the sum was built; callers ask for positions of the
/// box.</remarks>
internal sealed unsafe class BoxSum
{
    private readonly int[] _lengths;
    private readonly Term[] _terms;
    private readonly int _inner;

    private BoxSum(int[] lengths, Term[] terms)
    {
        _lengths = lengths;
        _terms = terms;
        _inner = lengths[^1];
    }

    /// <summary>Nothing to add.</summary>
    public bool IsEmpty => _terms.Length == 0;

    /// <summary>Compiles a sum.</summary>
    /// <param name="circuit">Whose columns are read.</param>
    /// <param name="box">Lengths of the box.</param>
    /// <param name="views">Any.</param>
    /// <param name="flatViews">Any; the box's last axis is the batch.</param>
    /// <param name="constants">Any.</param>
    /// <param name="wholeAxis">An axis that isn't merged with others, or -1.</param>
    public static BoxSum Of(
        Circuit circuit,
        ReadOnlySpan<int> box,
        IEnumerable<View> views,
        IEnumerable<FlatView>? flatViews = null,
        IEnumerable<ConstantTerm>? constants = null,
        int wholeAxis = -1)
    {
        List<Term> terms = [];
        foreach (View view in views)
        {
            if (OfView(circuit.Columns[view.Column].Dims, box, view) is { } term)
            {
                terms.Add(term);
            }
        }

        foreach (FlatView view in flatViews ?? [])
        {
            // Box and column have the same row-major order, batch included.
            terms.Add(new Term(view.Column, 0, (int)view.Coefficient, RowMajor(box)));
        }

        foreach (ConstantTerm constant in constants ?? [])
        {
            terms.Add(OfConstant(box, constant));
        }

        return Merge(box.ToArray(), terms, wholeAxis);
    }

    /// <summary>Writes the sums of some positions.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="start">The first position, row-major.</param>
    /// <param name="count">How many.</param>
    /// <param name="sums">Receives them.</param>
    /// <param name="offset">Elements by which all columns are read further on.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(int** columns, long start, int count, int* sums, long offset = 0)
    {
        while (count > 0)
        {
            long row = start / _inner;
            int from = (int)(start - (row * _inner));
            int length = Math.Min(_inner - from, count);
            bool first = true;
            foreach (Term term in _terms)
            {
                if (Locate(term, row, out long place, out int factor))
                {
                    int* source = term.Column < 0 ? null : columns[term.Column] + place + offset;
                    AddRun(term, source, factor, from, length, sums, first);
                    first = false;
                }
            }

            if (first)
            {
                new Span<int>(sums, length).Clear();
            }

            start += length;
            sums += length;
            count -= length;
        }
    }

    private bool Locate(Term term, long row, out long place, out int factor)
    {
        place = term.Base;
        factor = term.Coefficient;
        for (int axis = _lengths.Length - 2; axis >= 0; axis--)
        {
            long above = row / _lengths[axis];
            int at = (int)(row - (above * _lengths[axis]));
            row = above;
            AxisRead read = term.Axes[axis];
            if (read.Offsets is null)
            {
                place += at * read.Step;
                continue;
            }

            if (read.Offsets[at] < 0)
            {
                return false;
            }

            place += read.Offsets[at];
            factor *= read.Weights is null ? 1 : read.Weights[at];
        }

        return true;
    }

    private static void AddRun(Term term, int* source, int factor, int from, int length, int* sums, bool first)
    {
        AxisRead read = term.Axes[^1];
        if (read.Offsets is not null)
        {
            AddPlaces(read, source, factor, from, length, sums, first);
        }
        else if (read.Step == 0)
        {
            AddConstant(source is null ? factor : factor * *source, length, sums, first);
        }
        else if (read.Step == 1)
        {
            AddContiguous(source + from, factor, length, sums, first);
        }
        else
        {
            int* at = source + (from * read.Step);
            for (int i = 0; i < length; i++, at += read.Step)
            {
                sums[i] = (first ? 0 : sums[i]) + (factor * *at);
            }
        }
    }

    private static void AddPlaces(AxisRead read, int* source, int factor, int from, int length, int* sums, bool first)
    {
        int[] offsets = read.Offsets!;
        for (int i = 0; i < length; i++)
        {
            int place = offsets[from + i];
            int value = place < 0 ? 0 : (source is null ? factor : factor * source[place]) * (read.Weights is null ? 1 : read.Weights[from + i]);
            sums[i] = (first ? 0 : sums[i]) + value;
        }
    }

    private static void AddConstant(int value, int length, int* sums, bool first)
    {
        if (first)
        {
            new Span<int>(sums, length).Fill(value);
            return;
        }

        int i = 0;
        for (; i <= length - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            (Vector256.Load(sums + i) + Vector256.Create(value)).Store(sums + i);
        }

        for (; i < length; i++)
        {
            sums[i] += value;
        }
    }

    private static void AddContiguous(int* source, int factor, int length, int* sums, bool first)
    {
        int i = 0;
        Vector256<int> times = Vector256.Create(factor);
        for (; i <= length - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            Vector256<int> product = Vector256.Load(source + i) * times;
            (first ? product : Vector256.Load(sums + i) + product).Store(sums + i);
        }

        for (; i < length; i++)
        {
            sums[i] = (first ? 0 : sums[i]) + (factor * source[i]);
        }
    }

    private static Term? OfView(ImmutableArray<int> dims, ReadOnlySpan<int> box, View view)
    {
        AxisRead[] axes = new AxisRead[box.Length];
        long start = 0;
        int stride = 1;
        for (int d = dims.Length - 1; d >= 0; stride *= dims[d], d--)
        {
            AxisMap map = view.Axes[d];
            if (map.BoxAxis < 0)
            {
                if (map.Places[0] < 0)
                {
                    return null;
                }

                start += (long)map.Places[0] * stride;
                continue;
            }

            AxisRead read = AxisRead.Of(map, stride, dims[d], box[map.BoxAxis], out int first);
            axes[map.BoxAxis] = read;
            start += first;
        }

        return new Term(view.Column, start, (int)view.Coefficient, axes);
    }

    private static Term OfConstant(ReadOnlySpan<int> box, ConstantTerm constant)
    {
        AxisRead[] axes = new AxisRead[box.Length];
        for (int axis = 0; axis < box.Length; axis++)
        {
            if (!constant.Factors[axis].IsEmpty)
            {
                axes[axis] = new AxisRead(0, new int[box[axis]], [.. constant.Factors[axis].Select(static w => (int)w)]);
            }
        }

        return new Term(-1, 0, (int)constant.Scale, axes);
    }

    private static AxisRead[] RowMajor(ReadOnlySpan<int> box)
    {
        AxisRead[] axes = new AxisRead[box.Length];
        int stride = 1;
        for (int axis = box.Length - 1; axis >= 0; stride *= box[axis], axis--)
        {
            axes[axis] = new AxisRead(stride, null, null);
        }

        return axes;
    }

    /// <summary>Drops axes of length 1 and joins neighbours that every term reads as one.</summary>
    private static BoxSum Merge(int[] box, List<Term> terms, int wholeAxis)
    {
        List<int> lengths = [];
        List<List<AxisRead>> reads = [.. terms.Select(static _ => new List<AxisRead>())];
        bool whole = false;
        for (int axis = 0; axis < box.Length; axis++)
        {
            if (box[axis] == 1)
            {
                continue;
            }

            bool join = lengths.Count > 0 && axis != wholeAxis && !whole;
            for (int t = 0; join && t < terms.Count; t++)
            {
                AxisRead outer = reads[t][^1];
                AxisRead inner = terms[t].Axes[axis];
                join = outer.Offsets is null && inner.Offsets is null && outer.Step == (long)inner.Step * box[axis];
            }

            whole = axis == wholeAxis;
            if (join)
            {
                lengths[^1] *= box[axis];
            }
            else
            {
                lengths.Add(box[axis]);
            }

            for (int t = 0; t < terms.Count; t++)
            {
                if (join)
                {
                    reads[t].RemoveAt(reads[t].Count - 1);
                }

                reads[t].Add(terms[t].Axes[axis]);
            }
        }

        if (lengths.Count == 0)
        {
            lengths.Add(1);
            reads.ForEach(static read => read.Add(default));
        }

        return new([.. lengths], [.. terms.Select((term, t) => Fixed(term, box) with { Axes = [.. reads[t]] }).Where(static term => term.Coefficient != 0)]);
    }

    /// <summary>The only position along axes of length 1, in the term itself; coefficient 0 if it reads 0.</summary>
    private static Term Fixed(Term term, int[] box)
    {
        for (int axis = 0; axis < box.Length; axis++)
        {
            if (box[axis] == 1 && term.Axes[axis] is { Offsets: { } offsets } read)
            {
                int weight = offsets[0] < 0 ? 0 : read.Weights?[0] ?? 1;
                term = term with { Base = term.Base + Math.Max(offsets[0], 0), Coefficient = term.Coefficient * weight };
            }
        }

        return term;
    }

    /// <summary>One addend. Column -1 stands for ones.</summary>
    private sealed record Term(int Column, long Base, int Coefficient, AxisRead[] Axes);
}
