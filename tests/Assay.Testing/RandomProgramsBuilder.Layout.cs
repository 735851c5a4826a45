using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Testing;

/// <summary>The operations that only move elements.</summary>
internal sealed partial class RandomProgramsBuilder
{
    private void AddTranspose()
    {
        int x = AnyValue();
        int[] permutation = [.. Enumerable.Range(0, _values[x].Shape.Length)];
        _random.Shuffle(permutation);
        Add(new TransposeOperation(
            x, [.. permutation], _values[x] with { Shape = [.. permutation.Select(axis => _values[x].Shape[axis])] }));
    }

    private void AddSlice()
    {
        int x = AnyValue();
        ImmutableArray<int> shape = _values[x].Shape;
        int[] starts = new int[shape.Length];
        int[] steps = new int[shape.Length];
        int[] lengths = new int[shape.Length];
        int count = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            int step = _random.Next(5) switch
            {
                0 => _random.Next(-3, 0),
                1 => 0,
                2 => _random.Next(2, 4),
                _ => 1,
            };
            starts[i] = _random.Next(2) == 0 ? step < 0 ? shape[i] - 1 : 0 : _random.Next(shape[i]);
            int most = step switch
            {
                0 => 4,
                > 0 => ((shape[i] - 1 - starts[i]) / step) + 1,
                _ => (starts[i] / -step) + 1,
            };
            lengths[i] = _random.Next(2) == 0 ? most : _random.Next(1, most + 1);
            lengths[i] = count * lengths[i] > MaxElements ? 1 : lengths[i];
            steps[i] = lengths[i] == 1 && _random.Next(8) == 0 ? _random.Next(2) == 0 ? 65535 : -65535 : step;
            count *= lengths[i];
        }

        Add(new SliceOperation(x, [.. starts], [.. steps], _values[x] with { Shape = [.. lengths] }));
    }

    private void AddGather()
    {
        int x = AnyValue();
        int axis = AnyAxis(x);
        int length = _values[x].Shape[axis];
        int rest = _values[x].Count / length;
        int[] places = new int[_random.Next(1, Math.Clamp(MaxElements / rest, 2, 20))];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = _random.Next(length);
        }

        Add(new GatherOperation(x, axis, [.. places], _values[x] with { Shape = _values[x].Shape.SetItem(axis, places.Length) }));
    }

    private void AddConcat()
    {
        int first = AnyValue();
        ImmutableArray<int> shape = _values[first].Shape;
        int axis = AnyAxis(first);
        int[] alike = [.. Enumerable.Range(0, _values.Count).Where(v => _values[v].Shape.Length == shape.Length
            && _values[v].Shape.SetItem(axis, 1).SequenceEqual(shape.SetItem(axis, 1)))];
        List<int> operands = [first];
        int length = shape[axis];
        for (int i = _random.Next(5); i > 0; i--)
        {
            int next = alike[_random.Next(alike.Length)];
            if (Fits(shape.SetItem(axis, length + _values[next].Shape[axis])))
            {
                operands.Insert(_random.Next(operands.Count + 1), next);
                length += _values[next].Shape[axis];
            }
        }

        Add(new ConcatOperation(
            [.. operands],
            axis,
            Around(shape.SetItem(axis, length), operands.Min(v => _values[v].Lo), operands.Max(v => _values[v].Hi))));
    }

    private void AddPad()
    {
        int x = AnyValue();
        ImmutableArray<int> shape = _values[x].Shape;
        int[] before = new int[shape.Length];
        int[] after = new int[shape.Length];
        foreach (int axis in Enumerable.Range(0, shape.Length))
        {
            int front = _random.Next(3) == 0 ? _random.Next(4) : 0;
            int back = _random.Next(3) == 0 ? _random.Next(4) : 0;
            ImmutableArray<int> longer = shape.SetItem(axis, shape[axis] + front + back);
            if (Fits(longer))
            {
                (before[axis], after[axis], shape) = (front, back, longer);
            }
        }

        short value = (short)(_random.Next(2) == 0 ? Math.Clamp(0, (int)_values[x].Lo, _values[x].Hi) : _random.Next(-32768, 32768));
        Add(new PadOperation(
            x, [.. before], [.. after], value, Around(shape, Math.Min(_values[x].Lo, value), Math.Max(_values[x].Hi, value))));
    }

    /// <summary>A range in which the given one lies: itself, or wider.</summary>
    private TensorType Around(ImmutableArray<int> shape, int lo, int hi) => _random.Next(2) == 0
        ? new(shape, (short)lo, (short)hi)
        : new(shape, (short)_random.Next(-32768, lo + 1), (short)_random.Next(hi, 32768));
}
