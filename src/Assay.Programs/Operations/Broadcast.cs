using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>
/// How two values of as many axes meet element by element: along every axis their lengths are equal, or one of them is 1
/// and its only place is used again and again. (A value of fewer axes is reshaped first.)
/// </summary>
public static class Broadcast
{
    /// <summary>The common shape; null if the shapes don't meet.</summary>
    public static ImmutableArray<int>? Shape(ImmutableArray<int> a, ImmutableArray<int> b)
    {
        if (a.Length != b.Length)
        {
            return null;
        }

        ImmutableArray<int>.Builder shape = ImmutableArray.CreateBuilder<int>(a.Length);
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i] && a[i] != 1 && b[i] != 1)
            {
                return null;
            }

            shape.Add(a[i] == 1 ? b[i] : a[i]);
        }

        return shape.MoveToImmutable();
    }

    /// <summary>Steps through an operand's elements for one step along each axis of the result; 0 where its only place repeats.</summary>
    public static ImmutableArray<int> Strides(ImmutableArray<int> operand, ImmutableArray<int> result)
    {
        int[] strides = new int[result.Length];
        int stride = 1;
        for (int i = result.Length - 1; i >= 0; i--)
        {
            strides[i] = operand[i] == 1 && result[i] != 1 ? 0 : stride;
            stride *= operand[i];
        }

        return [.. strides];
    }
}
