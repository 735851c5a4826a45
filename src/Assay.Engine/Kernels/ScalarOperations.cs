using System.Runtime.CompilerServices;

namespace Assay.Engine.Kernels;

/// <summary>What an operation without vectors does with an element of each operand, before the clamp.</summary>
internal interface IScalarOperation
{
    long Apply(short a, short b, short c);
}

/// <summary><c>floor((a*2^(k+1) + b) / (2*b))</c>; b is at least 1 by its range, and the numerator within 2^62.</summary>
internal readonly struct Quotient(int bits) : IScalarOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Apply(short a, short b, short c)
    {
        long numerator = ((long)a << (bits + 1)) + b;
        long quotient = Math.DivRem(numerator, 2L * b, out long rest);
        return rest < 0 ? quotient - 1 : quotient;
    }
}

/// <summary>The second operand where the first isn't 0, else the third.</summary>
internal readonly struct Choice : IScalarOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Apply(short a, short b, short c) => a != 0 ? b : c;
}
