using System.Collections.Immutable;

namespace Assay.Models.Float;

/// <summary>
/// Walks a tensor row by row (its last axis) while up to three other tensors follow by strides of their own: how
/// broadcasting, transposing and slicing find their operands' elements.
/// </summary>
internal sealed class Odometer(ImmutableArray<int> shape, params ReadOnlySpan<ImmutableArray<int>> strides)
{
    private readonly ImmutableArray<int>[] _strides = [.. strides];
    private readonly int[] _at = new int[shape.Length];
    private readonly int[] _offsets = new int[strides.Length];

    /// <summary>Elements of a row.</summary>
    public int Length { get; } = shape.Length == 0 ? 1 : shape[^1];

    /// <summary>Where the row begins in an operand.</summary>
    public int this[int operand] => _offsets[operand];

    /// <summary>An operand's step along a row.</summary>
    public int Step(int operand) => shape.Length == 0 ? 0 : _strides[operand][^1];

    /// <summary>On to the next row; after the last one back to the first.</summary>
    public void Advance()
    {
        for (int axis = shape.Length - 2; axis >= 0; axis--)
        {
            bool carry = ++_at[axis] == shape[axis];
            for (int k = 0; k < _offsets.Length; k++)
            {
                _offsets[k] += carry ? -(shape[axis] - 1) * _strides[k][axis] : _strides[k][axis];
            }

            if (!carry)
            {
                return;
            }

            _at[axis] = 0;
        }
    }

    /// <summary>The strides of a row-major tensor.</summary>
    public static ImmutableArray<int> Strides(ImmutableArray<int> shape)
    {
        int[] strides = new int[shape.Length];
        int stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        return [.. strides];
    }
}
