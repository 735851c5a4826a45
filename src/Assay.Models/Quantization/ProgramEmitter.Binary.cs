using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>Sums, products, quotients and choices of computed values.</summary>
internal sealed partial class ProgramEmitter
{
    private void EmitAdd(AddNode node)
    {
        FloatNode result = Absorbing(node, anyScale: true);
        QuantizedValue a = Value(node.A);
        QuantizedValue b = Value(node.B);
        ResultRange range = Choose(node, result);
        (double ratioA, double ratioB) = (a.Scale / range.Scale, b.Scale / range.Scale);
        int shift = LargestShift(s =>
            Fits(Math.ScaleB(ratioA, s), a.MaxMagnitude, Math.ScaleB(ratioB, s), b.MaxMagnitude, s));
        if (_error is not null || shift < 0)
        {
            Fail(QuantizeErrors.Accumulator, node, "its operands are of too different scales");
            return;
        }

        short multiplierA = Multiplier(Math.ScaleB(ratioA, shift));
        short multiplierB = Multiplier(Math.ScaleB(ratioB, shift));
        AddOperation add = new(a.Value, b.Value, multiplierA, node.Subtract ? (short)-multiplierB : multiplierB, (byte)shift, new TensorType(node.Shape, range.Lo, range.Hi));
        PushResult(node, result, add, range.Scale, 0, 0);
    }

    private void EmitMul(MulNode node) => EmitProduct(node, node.A, node.B, 1, (a, b, shift, type) => new MulOperation(a, b, shift, type));

    private void EmitMatMul(MatMulNode node) =>
        EmitProduct(node, node.A, node.B, node.InnerSize, (a, b, shift, type) => new MatMulOperation(a, b, shift, type));

    /// <summary>Products and their sums: the result's scale is that of the operands times the power of two nearest to the wanted scale.</summary>
    private void EmitProduct(FloatNode node, FloatNode left, FloatNode right, long terms, Func<int, int, byte, TensorType, Operation> make)
    {
        FloatNode result = Absorbing(node, anyScale: false);
        (QuantizedValue a, QuantizedValue b) = (Value(left), Value(right));
        double wanted = Choose(node, result).Scale;
        int shift;
        while (true)
        {
            shift = NearestPower(a.Scale * b.Scale, wanted, 0, ProgramLimits.Shift);
            if (_error is not null || (terms * a.MaxMagnitude * b.MaxMagnitude) + AccumulatorRule.RoundingConstant(shift) <= AccumulatorRule.Limit)
            {
                break;
            }

            bool leftIsWider = a.MaxMagnitude >= b.MaxMagnitude;
            if (AskForNarrower(node, leftIsWider ? left : right, TooLong))
            {
                return;
            }

            if (Math.Max(a.MaxMagnitude, b.MaxMagnitude) < 4)
            {
                Fail(QuantizeErrors.Accumulator, node, TooLong);
                return;
            }

            bool same = a == b;
            a = same || leftIsWider ? Coarser(left, a) : a;
            b = same ? a : leftIsWider ? b : Coarser(right, b);
        }

        double scale = Math.ScaleB(a.Scale * b.Scale, shift);
        (double lo, double hi) = Reals(result);
        ResultRange range = Checked(node, ResultRange.Of(lo, hi, scale, short.MinValue, short.MaxValue));
        PushResult(node, result, make(a.Value, b.Value, (byte)shift, new TensorType(node.Shape, range.Lo, range.Hi)), scale, 0, 0);
    }

    /// <summary>A quotient; its divisor must have kept one sign on calibration, and stays at 1 or more in integers.</summary>
    private void EmitDivide(DivideNode node)
    {
        FloatNode result = Absorbing(node, anyScale: false);
        (QuantizedValue a, QuantizedValue b) = (Value(node.A), Value(node.B));
        (float min, float max) = _calibration.Range(node.B);
        if (min <= 0 && max >= 0)
        {
            Fail(QuantizeErrors.Divisor, node, "its divisor is 0 or changes its sign on the calibration data");
            return;
        }

        if (max < 0)
        {
            (a, b) = (Negated(a), Negated(b));
        }

        if (b.Lo < 1)
        {
            _notes[node] = "divisors that would be 0 are 1";
            b = Cut(b, 1, short.MaxValue);
        }

        // y = a/b * 2^k has the scale a.Scale / b.Scale * 2^-k.
        double wanted = Choose(node, result).Scale;
        int bits = -NearestPower(a.Scale / b.Scale, wanted, -ProgramLimits.Shift, 15);
        if (bits < 0)
        {
            a = Coarser(node.A, a, -bits);
            bits = 0;
        }

        double scale = Math.ScaleB(a.Scale / b.Scale, -bits);
        (double lo, double hi) = Reals(result);
        ResultRange range = Checked(node, ResultRange.Of(lo, hi, scale, short.MinValue, short.MaxValue));
        PushResult(node, result, new DivideOperation(a.Value, b.Value, (byte)bits, new TensorType(node.Shape, range.Lo, range.Hi)), scale, 0, 0);
    }

    /// <summary>Concatenation, maximum, minimum and choice: all operands under one scale.</summary>
    private void EmitJoin(FloatNode node)
    {
        double scale = CommonScale(node);
        ImmutableArray<QuantizedValue> operands = [.. GraphFacts.Joined(node).ToArray().Select(o => ValueAt(o, scale))];
        if (_error is not null)
        {
            return;
        }

        short lo = operands.Min(o => o.Lo);
        short hi = operands.Max(o => o.Hi);
        switch (node)
        {
            case ConcatNode concat:
                Push(node, new ConcatOperation([.. operands.Select(o => o.Value)], concat.Axis, new TensorType(node.Shape, lo, hi)), scale);
                break;
            case ExtremumNode { Minimum: true }:
                Push(node, new MinOperation(operands[0].Value, operands[1].Value, new TensorType(node.Shape, lo, operands.Min(o => o.Hi))), scale);
                break;
            case ExtremumNode:
                Push(node, new MaxOperation(operands[0].Value, operands[1].Value, new TensorType(node.Shape, operands.Max(o => o.Lo), hi)), scale);
                break;
            default:
                int condition = Condition(((SelectNode)node).Condition).Value;
                Push(node, new SelectOperation(condition, operands[0].Value, operands[1].Value, new TensorType(node.Shape, lo, hi)), scale);
                break;
        }
    }

    /// <summary>A condition's integers; a constant one is 1 wherever it isn't 0.</summary>
    private QuantizedValue Condition(FloatNode node) => node is ConstantNode constant
        ? EmitConstant(new ConstantNode(node.Name, node.OnnxOperator, node.Shape, [.. constant.Values.Select(v => v != 0 ? 1f : 0f)]), 1)
        : _values[node];
}
