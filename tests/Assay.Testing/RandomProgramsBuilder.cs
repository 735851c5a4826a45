using System.Collections.Immutable;
using System.Numerics;
using Assay.Programs;

namespace Assay.Testing;

/// <summary>Adds random operations to a program, each within the rules.</summary>
internal sealed partial class RandomProgramsBuilder
{
    public const int LayerKinds = 9;
    public const int AllKinds = 28;

    private const int MaxElements = 1500;

    // Linear to reshape, mul to min, topk to pad; a lookup at last, so that something is looked up.
    private static readonly int[] ProvableKinds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25];

    private readonly Random _random;
    private readonly int _kinds;
    private readonly int _firstKind;
    private readonly bool _provable;
    private readonly List<ProgramInput> _inputs = [];
    private readonly List<LookupTable> _tables = [];
    private readonly List<Operation> _operations = [];
    private readonly List<TensorType> _values = [];
    private readonly RandomProgramsWeights _weights;

    public RandomProgramsBuilder(int seed, int kinds, bool provable = false)
    {
        // Neighbouring seeds of Random start alike; the product tells them apart.
        _random = new Random(unchecked(seed * (int)2654435761));
        _weights = new RandomProgramsWeights(_random, provable);
        _kinds = kinds;
        _provable = provable;
        _firstKind = provable ? ProvableKinds[(uint)seed % (uint)ProvableKinds.Length] : (int)((uint)seed % (uint)kinds);
    }

    public ExactModel Build()
    {
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            AddInput();
        }

        AddKind(_firstKind);
        for (int i = _random.Next(8); i > 0; i--)
        {
            AddKind(_provable ? ProvableKinds[_random.Next(ProvableKinds.Length)] : _random.Next(_kinds));
        }

        if (_provable)
        {
            AddLookup();
        }

        ExactProgram program = ExactProgram.Create(
            [.. _inputs], _weights.Declared(), [.. _tables], [.. _operations], Outputs(), out ProgramError? error)
            ?? throw new InvalidOperationException($"The generator broke a rule: {error}");
        WeightsBlob blob = WeightsBlob.Create(program, _weights.Bytes(), out error)
            ?? throw new InvalidOperationException($"The generator broke a rule: {error}");
        return ExactModel.Create(program, blob, out error)
            ?? throw new InvalidOperationException($"The generator broke a rule: {error}");
    }

    /// <summary>What accumulators may reach: half of the bound where numbers are cut in steps of more than one.</summary>
    private long Room => _provable ? AccumulatorRule.Limit / 2 : AccumulatorRule.Limit;

    private bool IsWide => _kinds == AllKinds;

    private void AddInput()
    {
        ImmutableArray<int> shape = IsWide && _random.Next(2) == 0 ? OddShape() : _random.Next(3) switch
        {
            0 => [_random.Next(1, 90)],
            1 => [_random.Next(1, 8), _random.Next(1, 40)],
            _ => [_random.Next(1, 9), _random.Next(1, 13), _random.Next(1, 13)],
        };
        TensorType type = RandomRange(shape);
        int? axis = _random.Next(2) == 0 ? null : _random.Next(shape.Length);
        int channels = axis is int a ? shape[a] : 1;
        _inputs.Add(new(
            $"input {_inputs.Count}",
            type,
            axis,
            [.. Enumerable.Range(0, channels).Select(_ => _random.NextDouble() - 0.5)],
            [.. Enumerable.Range(0, channels).Select(_ => (_random.NextDouble() + 0.01) * 1000)],
            (OutOfRange)_random.Next(2)));
        _values.Add(type);
    }

    private ImmutableArray<ProgramOutput> Outputs()
    {
        List<ProgramOutput> outputs = [new("last", _values.Count - 1, 1.0 / 4096)];
        for (int i = _random.Next(3); i > 0; i--)
        {
            outputs.Add(new($"output {i}", _random.Next(_values.Count), _random.NextDouble() + 0.001));
        }

        return [.. outputs];
    }

    private void AddKind(int kind)
    {
        switch (kind)
        {
            case 0:
                AddLinear();
                break;
            case 1:
                AddConv();
                break;
            case 2:
                AddLookup();
                break;
            case 3:
                AddRescale();
                break;
            case 4:
                AddAdd();
                break;
            case 5:
                AddMaxPool();
                break;
            case 6:
                AddAveragePool();
                break;
            case 7:
                AddSoftmax();
                break;
            case 8:
                AddReshape();
                break;
            default:
                AddWideKind(kind);
                break;
        }
    }

    private void AddLinear()
    {
        int x = AnyValue();
        ImmutableArray<int> shape = _values[x].Shape;
        int rows = _values[x].Count / shape[^1];
        int n = _random.Next(1, Math.Clamp(MaxElements / rows, 2, 70));
        RandomProgramsLayer layer = _weights.Add([n, shape[^1]], _values[x].MaxMagnitude);
        Add(new LinearOperation(
            x,
            layer.Weights,
            layer.Bias,
            layer.Shifts,
            layer.TwoLimbs,
            RandomRange(shape.SetItem(shape.Length - 1, n), layer.LargestShift)));
    }

    private void AddConv()
    {
        int x = AnyImage();
        (int channels, int height, int width) = Image(x);
        Window y = RandomWindow(height, dilate: true);
        Window z = RandomWindow(width, dilate: true);
        int groups = _random.Next(3) switch
        {
            0 => channels,
            1 => Divisor(channels),
            _ => 1,
        };
        int room = Math.Max(1, MaxElements / (y.Windows(height) * z.Windows(width)));
        int m = groups * _random.Next(1, Math.Clamp(room / groups, 2, 12));
        RandomProgramsLayer layer = _weights.Add([m, channels / groups, y.Kernel, z.Kernel], _values[x].MaxMagnitude);
        Add(new ConvOperation(
            x,
            layer.Weights,
            layer.Bias,
            layer.Shifts,
            y.Stride,
            z.Stride,
            y.Dilation,
            z.Dilation,
            new Pads(y.PadBefore, z.PadBefore, y.PadAfter, z.PadAfter),
            groups,
            layer.TwoLimbs,
            RandomRange([m, y.Windows(height), z.Windows(width)], layer.LargestShift)));
    }

    private void AddLookup()
    {
        int x = AnyValue();
        TensorType result = RandomRange(_values[x].Shape);
        short[] entries = new short[_values[x].Span];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = (short)_random.Next(result.Lo, result.Hi + 1);
        }

        _tables.Add(new([.. entries]));
        Add(new LookupOperation(x, _tables.Count - 1, result));
    }

    private void AddRescale()
    {
        int x = AnyValue();
        short multiplier = 1;
        byte shift = 0;
        if (_random.Next(4) != 0)
        {
            shift = (byte)_random.Next(20);
            multiplier = RandomMultiplier(_values[x].MaxMagnitude, shift);
        }

        Add(new RescaleOperation(x, multiplier, shift, RandomRange(_values[x].Shape, shift)));
    }

    private void AddAdd()
    {
        int a = AnyValue();
        ImmutableArray<int> shape = _values[a].Shape;
        int[] alike = [.. Enumerable.Range(0, _values.Count).Where(v => _values[v].Shape.SequenceEqual(shape))];
        int b = alike[_random.Next(alike.Length)];
        if (IsWide && _random.Next(2) == 0)
        {
            (b, shape) = Meeting(a);
        }

        byte shift = (byte)_random.Next(20);
        int magnitude = _values[a].MaxMagnitude + _values[b].MaxMagnitude;
        Add(new AddOperation(
            a, b, RandomMultiplier(magnitude, shift), RandomMultiplier(magnitude, shift), shift, RandomRange(shape, shift)));
    }

    private void AddMaxPool()
    {
        int x = AnyImage();
        (int channels, int height, int width) = Image(x);
        Window y = RandomWindow(height, dilate: false);
        Window z = RandomWindow(width, dilate: false);
        Add(new MaxPoolOperation(
            x,
            y.Kernel,
            z.Kernel,
            y.Stride,
            z.Stride,
            new Pads(y.PadBefore, z.PadBefore, y.PadAfter, z.PadAfter),
            _values[x] with { Shape = [channels, y.Windows(height), z.Windows(width)] }));
    }

    private void AddAveragePool()
    {
        int x = AnyImage();
        (int channels, int height, int width) = Image(x);
        bool global = _random.Next(3) == 0;
        Window y = global ? new(height, 1, 1, 0, 0) : RandomWindow(height, dilate: false);
        Window z = global ? new(width, 1, 1, 0, 0) : RandomWindow(width, dilate: false);
        Pads pads = new(y.PadBefore, z.PadBefore, y.PadAfter, z.PadAfter);
        bool countPadding = _random.Next(2) == 0;
        byte shift = (byte)_random.Next(25);
        ImmutableArray<int> counts = AveragePoolOperation.PossibleCounts(
            height, width, y.Kernel, z.Kernel, y.Stride, z.Stride, pads, countPadding);
        ImmutableArray<short> multipliers =
            [.. counts.Select(count => RandomMultiplier(count * _values[x].MaxMagnitude, shift))];
        Add(new AveragePoolOperation(
            x,
            y.Kernel,
            z.Kernel,
            y.Stride,
            z.Stride,
            pads,
            countPadding,
            multipliers,
            shift,
            RandomRange([channels, y.Windows(height), z.Windows(width)], shift)));
    }

    private void AddSoftmax()
    {
        int x = AnyValue();
        short[] entries = new short[_values[x].Span];
        short peak = (short)(_random.Next(3) == 0 ? short.MaxValue : _random.Next(1, 4096));

        // Falls by a fixed ratio, in integers: the platform's exp isn't the same everywhere, and programs go by seed.
        long ratio = _random.Next(58_000, 65_536);
        long scaled = (long)peak << 16;
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = (short)(scaled >> 16);
            scaled = (scaled * ratio) >> 16;
        }

        _tables.Add(new([.. entries]));
        byte bits = (byte)_random.Next(_random.Next(2) == 0 ? 15 : 0, ProgramLimits.ReciprocalBits + 1);
        byte shift = (byte)Math.Max(0, bits - _random.Next(16));
        int left = 0;
        if (_provable)
        {
            (bits, shift, left) = ProvableSoftmax(_values[x].Shape[^1], peak, Math.Max((byte)1, bits), shift);
        }

        Add(new SoftmaxOperation(x, _tables.Count - 1, bits, shift, RandomRange(_values[x].Shape, left)));
    }

    /// <summary>The nearest smaller numbers that have a proof, by the limits of spec/proof-system.md, section 5.9; and what is left of the
    /// shift for the result's requantisation.</summary>
    private static (byte Bits, byte Shift, int Left) ProvableSoftmax(int length, int peak, byte bits, byte shift)
    {
        for (; ; bits--)
        {
            shift = Math.Max((byte)1, Math.Min(shift, bits));
            int limbBits = Math.Min(29 - BitOperations.Log2((uint)(length * peak)), 15);
            int limbs = Math.Max(1, (BitOperations.Log2((uint)((1L << bits) / peak)) + limbBits) / limbBits);
            int dropped = Math.Min(shift / limbBits, limbs - 1);
            if (limbBits * (limbs - dropped) <= 29 - BitOperations.Log2((uint)peak))
            {
                return (bits, shift, shift - (limbBits * dropped));
            }
        }
    }

    private void AddReshape()
    {
        int x = AnyValue();
        int count = _values[x].Count;
        int first = Divisor(count);
        int second = Divisor(count / first);
        if (IsWide && _random.Next(3) == 0)
        {
            Add(new ReshapeOperation(x, _values[x] with { Shape = Spread([first, second, count / first / second]) }));
            return;
        }

        Add(new ReshapeOperation(x, _values[x] with
        {
            Shape = _random.Next(3) switch
            {
                0 => [count],
                1 => [first, count / first],
                _ => [first, second, count / first / second],
            },
        }));
    }

    private void Add(Operation operation)
    {
        _operations.Add(operation);
        _values.Add(operation.Result);
    }

    /// <summary>Mostly the newest value, so that programs get deep; sometimes another, so that they branch.</summary>
    private int AnyValue() => _random.Next(3) == 0 ? _random.Next(_values.Count) : _values.Count - 1;

    private int AnyImage()
    {
        int[] images = [.. Enumerable.Range(0, _values.Count).Where(v => _values[v].Shape.Length == 3)];
        if (images.Length > 0)
        {
            return images[_random.Next(3) == 0 ? _random.Next(images.Length) : ^1];
        }

        int x = AnyValue();
        int channels = Divisor(_values[x].Count);
        int rest = _values[x].Count / channels;
        int height = Divisor(rest);
        Add(new ReshapeOperation(x, _values[x] with { Shape = [channels, height, rest / height] }));
        return _values.Count - 1;
    }

    private (int Channels, int Height, int Width) Image(int value) =>
        (_values[value].Shape[0], _values[value].Shape[1], _values[value].Shape[2]);

    private int Divisor(int count)
    {
        int[] divisors = [.. Enumerable.Range(1, count).Where(d => count % d == 0)];
        return divisors[_random.Next(divisors.Length)];
    }

    /// <summary>A range; where it has to be provable, one that fits in the accumulator before the shift.</summary>
    private TensorType RandomRange(ImmutableArray<int> shape, int shift = 0)
    {
        TensorType type = RandomRange(shape);
        int bound = (int)Math.Clamp((AccumulatorRule.Limit >> (shift + 2)) - 2, 0, short.MaxValue);
        return _provable ? new(shape, (short)Math.Clamp(type.Lo, -bound, bound), (short)Math.Clamp(type.Hi, -bound, bound)) : type;
    }

    private TensorType RandomRange(ImmutableArray<int> shape)
    {
        (short lo, short hi) = _random.Next(9) switch
        {
            0 => ((short)-32768, (short)32767),
            1 => ((short)-128, (short)127),
            2 => ((short)0, (short)4095),
            3 => ((short)0, (short)255),
            4 => Interval(_random.Next(-32768, 32768), _random.Next(-32768, 32768)),
            5 => Interval(_random.Next(-300, 300), _random.Next(-300, 300)),
            _ => ((short)-2048, (short)2047),
        };
        return new(shape, lo, hi);
    }

    private static (short Lo, short Hi) Interval(int a, int b) => ((short)Math.Min(a, b), (short)Math.Max(a, b));

    /// <summary>A multiplier of either sign within the accumulator rule for operands of that magnitude; often the largest.</summary>
    private short RandomMultiplier(int magnitude, int shift)
    {
        long room = Room - AccumulatorRule.RoundingConstant(shift);
        int largest = (int)Math.Clamp(room / Math.Max(magnitude, 1), 1, 32767);
        int multiplier = _random.Next(3) == 0 ? largest : _random.Next(1, largest + 1);
        return (short)(_random.Next(4) == 0 ? -multiplier : multiplier);
    }

    private Window RandomWindow(int length, bool dilate)
    {
        int kernel = _random.Next(1, Math.Min(length, 5) + 1);
        int dilation = dilate && _random.Next(3) == 0 ? _random.Next(1, 4) : 1;
        int reach = ((kernel - 1) * dilation) + 1;
        int padBefore = _random.Next(2) == 0 ? 0 : _random.Next(kernel);
        int padAfter = _random.Next(2) == 0 ? 0 : _random.Next(kernel);
        if (length + padBefore + padAfter < reach)
        {
            dilation = 1;
        }

        return new(kernel, _random.Next(1, 4), dilation, padBefore, padAfter);
    }

    /// <summary>A window along one axis.</summary>
    private readonly record struct Window(int Kernel, int Stride, int Dilation, int PadBefore, int PadAfter)
    {
        public int Windows(int length) => ((length + PadBefore + PadAfter - ((Kernel - 1) * Dilation) - 1) / Stride) + 1;
    }
}
