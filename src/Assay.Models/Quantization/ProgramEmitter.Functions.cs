using Assay.Models.Float;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>Functions of one element, which are tables; bounds and grids that no layer absorbs.</summary>
internal sealed partial class ProgramEmitter
{
    // Places at which a function is looked at to find where it is flat.
    private const int Samples = 1024;

    /// <summary>A bound that no layer absorbs: the same scale, a smaller range.</summary>
    private void EmitClamp(ClampNode node)
    {
        QuantizedValue x = Value(node.X);
        ResultRange range = ResultRange.Of(node.Lo, node.Hi, x.Scale, x.Lo, x.Hi);
        Push(node, new RescaleOperation(x.Value, 1, 0, new TensorType(node.Shape, range.Lo, range.Hi)), x.Scale);
    }

    /// <summary>A grid that no layer absorbs: one rounding to its step.</summary>
    private void EmitGrid(GridNode node)
    {
        ResultRange range = Checked(node, OnGrid(node, double.NegativeInfinity, double.PositiveInfinity));
        QuantizedValue x = ValueAt(node.X, node.Step);
        _values[node] = x.Scale == node.Step ? Cut(x, range.Lo, range.Hi) : x;
    }

    private static ResultRange OnGrid(GridNode grid, double lo, double hi) => ResultRange.Of(
        Math.Max(lo, grid.Step * grid.Lo),
        Math.Min(hi, grid.Step * grid.Hi),
        grid.Step,
        (short)Math.Clamp(grid.Lo, short.MinValue, short.MaxValue),
        (short)Math.Clamp(grid.Hi, short.MinValue, short.MaxValue));

    private void EmitFunction(FunctionNode node)
    {
        Func<double, double> function = ScalarFunctions.Compile(node.Function);
        if (Defined(node, Value(node.X), function) is not { } x)
        {
            Fail(QuantizeErrors.Function, node, "its function has no finite value in the middle of the numbers that it gets on the calibration data");
            return;
        }

        (double least, double most) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int q = x.Lo; q <= x.Hi; q++)
        {
            double y = function(q * x.Scale);
            (least, most) = (Math.Min(least, y), Math.Max(most, y));
        }

        // Whole numbers are themselves, if they fit.
        if (FunctionBounds.IsWhole(node.Function) && least >= short.MinValue && most <= short.MaxValue)
        {
            TensorType whole = new(node.Shape, (short)least, (short)most);
            Push(node, new LookupOperation(x.Value, AddTable(_tables.Function(node.Function, x.TypeOf(node.X.Shape), x.Scale, whole, 1)), whole), 1);
            return;
        }

        FloatNode result = Absorbing(node, anyScale: true);
        (double certainLo, double certainHi) = _facts.Bounds.Of(result);
        ResultRange range;
        if (Grid(node, result) is null && !_sharedScales.ContainsKey(node) && double.IsFinite(certainLo) && double.IsFinite(certainHi))
        {
            // A probability that was always small on calibration may still become 1: what the operand allows is kept.
            (double lo, double hi) = NotFlat(result, Math.Max(certainLo, least), Math.Min(certainHi, most));
            range = Checked(node, ResultRange.Choose(lo, hi, Bits(node)));
        }
        else
        {
            range = Choose(node, result);
        }

        TensorType type = new(node.Shape, range.Lo, range.Hi);
        int table = AddTable(_tables.Function(node.Function, x.TypeOf(node.X.Shape), x.Scale, type, range.Scale));
        PushResult(node, result, new LookupOperation(x.Value, table, type), range.Scale, 0, 0);
    }

    private int Bits(FloatNode node) => _widths.TryGetValue(node, out LayerWidths? widths) ? widths.ResultBits : _options.ActivationBits;

    /// <summary>The operand, cut to the integers around the middle of what calibration saw at which the function is finite.</summary>
    private QuantizedValue? Defined(FunctionNode node, QuantizedValue x, Func<double, double> function)
    {
        (float min, float max) = _calibration.Range(node.X);
        int middle = (int)Math.Clamp(Math.Round((min + (double)max) / 2 / x.Scale), x.Lo, x.Hi);
        if (!double.IsFinite(function(middle * x.Scale)))
        {
            return null;
        }

        (int lo, int hi) = (middle, middle);
        while (lo > x.Lo && double.IsFinite(function((lo - 1) * x.Scale)))
        {
            lo--;
        }

        while (hi < x.Hi && double.IsFinite(function((hi + 1) * x.Scale)))
        {
            hi++;
        }

        if (lo != x.Lo || hi != x.Hi)
        {
            _notes[node] = "its operand is kept where the function is finite";
        }

        return Cut(x, (short)lo, (short)hi);
    }

    /// <summary>
    /// Cuts reals where all functions that read a value, as it is or moved, stay within half a step of their result.
    /// </summary>
    private (double Lo, double Hi) NotFlat(FloatNode node, double lo, double hi)
    {
        if (_facts.IsOutput(node) || _facts.Users(node).Count == 0)
        {
            return (lo, hi);
        }

        (double least, double most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (FloatNode user in _facts.Users(node))
        {
            (double from, double to) = user switch
            {
                FunctionNode function => NotFlat(function, lo, hi),
                ReshapeNode or TransposeNode or SliceNode or GatherNode => NotFlat(user, lo, hi),
                _ => (lo, hi),
            };
            (least, most) = (Math.Min(least, from), Math.Max(most, to));
        }

        return (least, most);
    }

    private (double Lo, double Hi) NotFlat(FunctionNode node, double lo, double hi) =>
        _tables.NotFlat(node.Function, lo, hi, Bits(node), () => FindNotFlat(node, lo, hi));

    private (double Lo, double Hi) FindNotFlat(FunctionNode node, double lo, double hi)
    {
        if (!(lo < hi && double.IsFinite(lo) && double.IsFinite(hi)))
        {
            return (lo, hi);
        }

        Func<double, double> function = ScalarFunctions.Compile(node.Function);
        double[] y = new double[Samples + 1];
        (double least, double most) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = function(lo + ((hi - lo) * i / Samples));
            if (double.IsFinite(y[i]))
            {
                (least, most) = (Math.Min(least, y[i]), Math.Max(most, y[i]));
            }
        }

        double halfStep = (most - least) / (1L << (Bits(node) + 1));
        int first = FlatUntil(y, halfStep);
        Array.Reverse(y);
        int last = Samples - FlatUntil(y, halfStep);
        return first < last ? (lo + ((hi - lo) * first / Samples), lo + ((hi - lo) * last / Samples)) : (lo, hi);
    }

    /// <summary>The last place up to which all values lie within half a step.</summary>
    private static int FlatUntil(double[] y, double halfStep)
    {
        (double least, double most) = (y[0], y[0]);
        int i = 0;
        while (i < y.Length - 1)
        {
            (least, most) = (Math.Min(least, y[i + 1]), Math.Max(most, y[i + 1]));
            if (!(most - least <= halfStep))
            {
                break;
            }

            i++;
        }

        return i;
    }
}
