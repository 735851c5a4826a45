using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary><c>(a*ma + b*mb + rounding) &gt;&gt; shift</c>.</summary>
/// <param name="multipliers">ma and mb in each lane.</param>
internal readonly struct SumOfProducts<TS, TV>(TV multipliers, TV rounding, TV shift) : IElementOperation<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply(TV a, TV b)
    {
        TV low = TS.Add(TS.MultiplyAddPairs(TS.UnpackLow(a, b), multipliers), rounding);
        TV high = TS.Add(TS.MultiplyAddPairs(TS.UnpackHigh(a, b), multipliers), rounding);
        return TS.Pack(TS.ShiftRight(low, shift), TS.ShiftRight(high, shift));
    }
}

/// <summary><c>(a*b + rounding) &gt;&gt; shift</c>.</summary>
internal readonly struct Product<TS, TV>(TV rounding, TV shift) : IElementOperation<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply(TV a, TV b)
    {
        TV low = TS.Add(TS.MultiplyAddPairs(TS.UnpackLow(a, TS.Zero), TS.UnpackLow(b, TS.Zero)), rounding);
        TV high = TS.Add(TS.MultiplyAddPairs(TS.UnpackHigh(a, TS.Zero), TS.UnpackHigh(b, TS.Zero)), rounding);
        return TS.Pack(TS.ShiftRight(low, shift), TS.ShiftRight(high, shift));
    }
}

/// <summary>The larger one.</summary>
internal readonly struct Larger<TS, TV> : IElementOperation<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply(TV a, TV b) => TS.Max16(a, b);
}

/// <summary>The smaller one.</summary>
internal readonly struct Smaller<TS, TV> : IElementOperation<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply(TV a, TV b) => TS.Min16(a, b);
}
