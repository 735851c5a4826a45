using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Testing;

/// <summary>The operations beyond layers: products, reductions, comparisons, layout.</summary>
internal sealed partial class RandomProgramsBuilder
{
    private static readonly int[] OddLengths = [1, 1, 2, 3, 4, 5, 7, 11, 13, 17];

    private void AddWideKind(int kind)
    {
        switch (kind)
        {
            case 9:
                AddMul();
                break;
            case 10:
                AddMatMul();
                break;
            case 11:
                AddAffine();
                break;
            case 12:
                AddReduceSum();
                break;
            case 13:
                AddReduceMax(AnyValue());
                break;
            case 14:
                AddMaxOrMin(isMax: true);
                break;
            case 15:
                AddMaxOrMin(isMax: false);
                break;
            case 16:
                AddDivide();
                break;
            case 17:
                AddNormalize();
                break;
            case 18:
                AddRootSum();
                break;
            case 19:
                AddSelect();
                break;
            case 20:
                AddTopK();
                break;
            case 21:
                AddTranspose();
                break;
            case 22:
                AddSlice();
                break;
            case 23:
                AddGather();
                break;
            case 24:
                AddConcat();
                break;
            case 25:
                AddPad();
                break;
            case 26:
                AddEmbedding();
                break;
            default:
                AddConstant(OddShape());
                break;
        }
    }

    private void AddMul()
    {
        int a = Narrowed(AnyValue(), _provable ? 16000 : 32000);
        (int b, ImmutableArray<int> shape) = Meeting(a);
        long magnitude = (long)_values[a].MaxMagnitude * _values[b].MaxMagnitude;
        byte shift = RandomShift(magnitude);
        Add(new MulOperation(a, b, shift, RandomRange(shape, shift)));
    }

    private void AddMatMul()
    {
        int a = AnyValue();
        if (_values[a].Shape.Length < 2)
        {
            int rows = Divisor(_values[a].Count);
            Add(new ReshapeOperation(a, _values[a] with { Shape = [rows, _values[a].Count / rows] }));
            a = _values.Count - 1;
        }

        // Operands so large that their products fill the accumulator, or less.
        ImmutableArray<int> shape = _values[a].Shape;
        int inner = shape[^1];
        int largest = (int)Math.Sqrt((Room - 1) / inner);
        a = Narrowed(a, Math.Min(largest, 32767));
        int b;
        if (_random.Next(2) == 0 || _provable)
        {
            int[] permutation = [.. Enumerable.Range(0, shape.Length)];
            (permutation[^1], permutation[^2]) = (permutation[^2], permutation[^1]);
            Add(new TransposeOperation(a, [.. permutation], _values[a] with { Shape = [.. permutation.Select(axis => shape[axis])] }));
            b = _values.Count - 1;
        }
        else
        {
            ImmutableArray<int> other = shape.SetItem(shape.Length - 2, inner).SetItem(shape.Length - 1, OddLength());
            AddConstant(Fits(other) ? other : other.SetItem(shape.Length - 1, 1));
            b = Narrowed(_values.Count - 1, Math.Min(largest, 32767));
        }

        ImmutableArray<int> result = shape.SetItem(shape.Length - 1, _values[b].Shape[^1]);
        if (Fits(result) && Fits(_values[b].Shape))
        {
            long magnitude = (long)inner * _values[a].MaxMagnitude * _values[b].MaxMagnitude;
            byte shift = RandomShift(magnitude);
            Add(new MatMulOperation(a, b, shift, RandomRange(result, shift)));
        }
    }

    private void AddAffine()
    {
        int x = AnyValue();
        int axis = AnyAxis(x);
        RandomProgramsLayer layer = _weights.Add([_values[x].Shape[axis]], _values[x].MaxMagnitude, limbs: false);
        Add(new AffineOperation(x, axis, layer.Weights, layer.Bias, layer.Shifts, RandomRange(_values[x].Shape, layer.LargestShift)));
    }

    private void AddReduceSum()
    {
        int x = AnyValue();
        int axis = AnyAxis(x);
        byte shift = (byte)_random.Next(25);
        short multiplier = RandomMultiplier(_values[x].Shape[axis] * _values[x].MaxMagnitude, shift);
        Add(new ReduceSumOperation(x, axis, multiplier, shift, RandomRange(_values[x].Shape.SetItem(axis, 1), shift)));
    }

    private void AddReduceMax(int x)
    {
        int axis = AnyAxis(x);
        Add(new ReduceMaxOperation(x, axis, _values[x] with { Shape = _values[x].Shape.SetItem(axis, 1) }));
    }

    private void AddMaxOrMin(bool isMax)
    {
        int a = AnyValue();
        (int b, ImmutableArray<int> shape) = Meeting(a);
        TensorType result = RandomRange(shape);
        Add(isMax ? new MaxOperation(a, b, result) : new MinOperation(b, a, result));
    }

    private void AddDivide()
    {
        int a = AnyValue();
        (int b, ImmutableArray<int> shape) = Meeting(a);
        if (_values[b].Lo < 1)
        {
            Add(new RescaleOperation(b, 1, 0, new(_values[b].Shape, (short)_random.Next(1, 4), (short)_random.Next(4, 32768))));
            b = _values.Count - 1;
        }

        Add(new DivideOperation(a, b, (byte)_random.Next(_random.Next(3) == 0 ? 31 : 16), RandomRange(shape)));
    }

    private void AddNormalize()
    {
        int x = AnyValue();
        int n = _values[x].Shape[^1];
        bool centred = _random.Next(2) == 0;
        x = n > 900 ? Narrowed(x, 4095) : x;
        long deviation = centred ? (long)n * (_values[x].Hi - _values[x].Lo) : _values[x].MaxMagnitude;
        long room = ProgramLimits.WideMagnitude - (n * deviation * deviation);
        long epsilon = _random.Next(4) switch
        {
            0 => room,
            1 => 1,
            _ => Math.Min(room, _random.NextInt64(1, 1L << _random.Next(2, 40))),
        };
        byte bits = (byte)_random.Next(_random.Next(3) == 0 ? 0 : 16, ProgramLimits.RootBits + 1);
        byte shift = (byte)(_random.Next(4) == 0 ? _random.Next(bits + 1) : Math.Max(0, bits - _random.Next(8, 16)));
        Add(new NormalizeOperation(x, centred, epsilon, bits, shift, RandomRange(_values[x].Shape)));
    }

    private void AddRootSum()
    {
        int x = AnyValue();
        int axis = AnyAxis(x);
        long squares = (long)_values[x].Shape[axis] * _values[x].MaxMagnitude * _values[x].MaxMagnitude;
        int most = 0;
        while (most < ProgramLimits.Shift && squares <= ProgramLimits.WideMagnitude >> (2 * (most + 1)))
        {
            most++;
        }

        int bits = _random.Next(2) == 0 ? most : _random.Next(most + 1);
        int shift = _random.Next(2) == 0 ? bits : _random.Next(ProgramLimits.Shift + 1);
        Add(new RootSumOperation(x, axis, (byte)bits, (byte)shift, RandomRange(_values[x].Shape.SetItem(axis, 1))));
    }

    private void AddSelect()
    {
        int a = AnyValue();
        (int b, ImmutableArray<int> shape) = Meeting(a);
        (int condition, _) = Meeting(a);
        if (Broadcast.Shape(_values[condition].Shape, shape) is not { } all || !Fits(all))
        {
            (condition, all) = (a, shape);
        }

        Add(new SelectOperation(condition, a, b, RandomRange(all)));
    }

    private void AddTopK()
    {
        int x = AnyValue();
        int n = _values[x].Shape[^1];
        int k = _provable ? 1 : _random.Next(3) == 0 ? n : _random.Next(1, n + 1);
        ImmutableArray<int> shape = _values[x].Shape.SetItem(_values[x].Shape.Length - 1, k);
        bool places = _random.Next(2) == 0;
        TensorType result = places ? new(shape, 0, (short)(n - 1)) : _values[x] with { Shape = shape };
        Add(new TopKOperation(x, k, _random.Next(2) == 0, places, result));
    }

    private void AddEmbedding()
    {
        int x = AnyValue();
        if (_values[x].Shape.Length > 7)
        {
            Add(new ReshapeOperation(x, _values[x] with { Shape = [_values[x].Count] }));
            x = _values.Count - 1;
        }

        int rows = _random.Next(1, 40);
        if (_values[x].Lo < 0 || _values[x].Hi >= rows)
        {
            Add(new RescaleOperation(x, 1, 0, new(_values[x].Shape, (short)_random.Next(rows), (short)(rows - 1))));
            x = _values.Count - 1;
        }

        int width = _random.Next(1, Math.Clamp(MaxElements / _values[x].Count, 2, 14));
        Add(new EmbeddingOperation(x, _weights.AddTensor([rows, width]), RandomRange(_values[x].Shape.Add(width))));
    }

    private void AddConstant(ImmutableArray<int> shape) => Add(new ConstantOperation(_weights.AddTensor(shape), RandomRange(shape)));

    /// <summary>A value that meets the given one element by element, and their common shape.</summary>
    private (int Value, ImmutableArray<int> Shape) Meeting(int a)
    {
        int kind = _random.Next(3);
        if (kind == 0)
        {
            AddReduceMax(a);
        }
        else if (kind == 1)
        {
            ImmutableArray<int> shape = [.. _values[a].Shape.Select(length => _random.Next(2) == 0 ? 1 : length == 1 ? _random.Next(1, 6) : length)];
            if (_provable)
            {
                ImmutableArray<int> steps = [.. _values[a].Shape.Select(length => length == 1 ? 0 : 1)];
                Add(new SliceOperation(a, [.. steps.Select(_ => 0)], steps, _values[a] with { Shape = shape }));
            }
            else
            {
                AddConstant(shape);
            }
        }

        int[] meeting = [.. Enumerable.Range(0, _values.Count).Where(v => CommonShape(a, v) is not null)];
        int b = _random.Next(2) == 0 ? meeting[_random.Next(meeting.Length)] : meeting[^1];
        return (b, CommonShape(a, b)!.Value);
    }

    private ImmutableArray<int>? CommonShape(int a, int b) =>
        Broadcast.Shape(_values[a].Shape, _values[b].Shape) is { } shape && (a == b || Fits(shape)) ? shape : null;

    /// <summary>The value itself, or clamped so that no element is of a larger magnitude.</summary>
    private int Narrowed(int value, int magnitude)
    {
        if (_values[value].MaxMagnitude <= magnitude)
        {
            return value;
        }

        Add(new RescaleOperation(value, 1, 0, new(_values[value].Shape, (short)-magnitude, (short)magnitude)));
        return _values.Count - 1;
    }

    /// <summary>A shift whose rounding constant the accumulator rule leaves room for.</summary>
    private byte RandomShift(long magnitude)
    {
        int shift = _random.Next(_random.Next(5) == 0 ? ProgramLimits.Shift + 1 : 20);
        while (magnitude + AccumulatorRule.RoundingConstant(shift) > Room)
        {
            shift--;
        }

        return (byte)(_provable ? Math.Min(shift, 24) : shift);
    }

    private int AnyAxis(int value) => _random.Next(_values[value].Shape.Length);

    private int OddLength() => OddLengths[_random.Next(OddLengths.Length)];

    private ImmutableArray<int> OddShape()
    {
        int rank = _random.Next(6) == 0 ? _random.Next(1, 9) : _random.Next(1, 5);
        ImmutableArray<int> shape = [.. Enumerable.Repeat(1, rank)];
        for (int i = 0; i < rank; i++)
        {
            ImmutableArray<int> longer = shape.SetItem(i, OddLength());
            shape = longer.Aggregate(1, (product, length) => product * length) <= MaxElements / 2 ? longer : shape;
        }

        return shape;
    }

    /// <summary>The same lengths with ones between them.</summary>
    private ImmutableArray<int> Spread(ImmutableArray<int> shape)
    {
        for (int i = _random.Next(6); i > 0; i--)
        {
            shape = shape.Insert(_random.Next(shape.Length + 1), 1);
        }

        return shape;
    }

    private static bool Fits(ImmutableArray<int> shape) => shape.Aggregate(1L, (product, length) => product * length) <= 2 * MaxElements;
}
