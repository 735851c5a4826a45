using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Claims;

/// <summary>One vector for each axis of a box, whose outer product weighs its positions.</summary>
/// <param name="axes">As long as the axes. Shared: not to be written to.</param>
public sealed class BoxWeights(Ext4[][] axes)
{
    private readonly Ext4?[] _sums = new Ext4?[axes.Length];

    /// <summary>The vectors.</summary>
    public IReadOnlyList<Ext4[]> Axes => axes;

    /// <summary>The sum of one axis.</summary>
    public Ext4 Sum(int axis) => _sums[axis] ??= Sums.Of(axes[axis]);

    /// <summary>The product of the sums of all axes but one; -1 for all.</summary>
    public Ext4 SumsBut(int axis)
    {
        Ext4 product = Ext4.One;
        for (int other = 0; other < axes.Length; other++)
        {
            product = other == axis ? product : product * Sum(other);
        }

        return product;
    }

    /// <summary><c>Σ_positions weight * view</c> as a term.</summary>
    public Term Of(View view, Column column, Ext4 scale)
    {
        Ext4[][] factors = new Ext4[view.Axes.Length][];
        Span<bool> used = stackalloc bool[axes.Length];
        for (int d = 0; d < factors.Length; d++)
        {
            AxisMap map = view.Axes[d];
            factors[d] = Factor(map, column.Dims[d]);
            if (map.BoxAxis >= 0)
            {
                used[map.BoxAxis] = true;
            }
        }

        Ext4 coefficient = scale * KoalaBear.From(view.Coefficient);
        for (int axis = 0; axis < axes.Length; axis++)
        {
            coefficient = used[axis] ? coefficient : coefficient * Sum(axis);
        }

        return new(view.Column, coefficient, factors);
    }

    /// <summary><c>Σ_positions weight * flat view</c> as a term.</summary>
    public Term Of(FlatView view, Ext4 scale)
    {
        Ext4[] features = axes[0];
        for (int axis = 1; axis < axes.Length - 1; axis++)
        {
            features = PoolPoints.Outer(features, axes[axis]);
        }

        return new(view.Column, scale * KoalaBear.From(view.Coefficient), [axes.Length == 1 ? [Ext4.One] : features, axes[^1]], IsFlat: true);
    }

    /// <summary><c>Σ_positions weight * constant</c>.</summary>
    public Ext4 Of(ConstantTerm constant)
    {
        Ext4 product = Ext4.From(constant.Scale);
        for (int axis = 0; axis < axes.Length; axis++)
        {
            ImmutableArray<long> factor = constant.Factors[axis];
            product *= factor.IsEmpty ? Sum(axis) : Sums.Dot(axes[axis], [.. factor.Select(KoalaBear.From)]);
        }

        return product;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Ext4[] Factor(AxisMap map, int length)
    {
        if (map.BoxAxis >= 0 && map.Weights.IsEmpty && IsSame(map.Places, length))
        {
            return axes[map.BoxAxis];
        }

        Ext4[] factor = new Ext4[length];
        for (int i = 0; i < map.Places.Length; i++)
        {
            if (map.Places[i] >= 0)
            {
                Ext4 weight = map.BoxAxis >= 0 ? axes[map.BoxAxis][i] : Ext4.One;
                factor[map.Places[i]] += map.Weights.IsEmpty ? weight : weight * KoalaBear.From(map.Weights[i]);
            }
        }

        return factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsSame(ImmutableArray<int> places, int length)
    {
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] != i)
            {
                return false;
            }
        }

        return places.Length == length;
    }
}
