using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Assay.Evm;

/// <summary>Sums and products of 64-bit words with carries, on which both fields are built.</summary>
internal static class Limbs
{
    /// <summary>a + b + carry; the carry out is 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong a, ulong b, ref ulong carry)
    {
        ulong sum = a + b;
        ulong over = sum < a ? 1UL : 0UL;
        ulong total = sum + carry;
        carry = over + (total < sum ? 1UL : 0UL);
        return total;
    }

    /// <summary>a - b - borrow; the borrow out is 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Subtract(ulong a, ulong b, ref ulong borrow)
    {
        ulong difference = a - b;
        ulong under = a < b ? 1UL : 0UL;
        ulong total = difference - borrow;
        borrow = under + (difference < borrow ? 1UL : 0UL);
        return total;
    }

    /// <summary>The high word of a * b. The framework's product in two words goes by way of memory, which costs more than to multiply twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong High(ulong a, ulong b) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : ArmBase.Arm64.IsSupported ? ArmBase.Arm64.MultiplyHigh(a, b) : Math.BigMul(a, b, out _);

    /// <summary>The low word of a * b + c + carry; the high word is the carry out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd(ulong a, ulong b, ulong c, ref ulong carry)
    {
        ulong high = High(a, b), low = a * b;
        low += c;
        high += low < c ? 1UL : 0UL;
        low += carry;
        high += low < carry ? 1UL : 0UL;
        carry = high;
        return low;
    }

    /// <summary>The low word of a * b + carry; the high word is the carry out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Multiply(ulong a, ulong b, ref ulong carry)
    {
        ulong high = High(a, b), low = a * b;
        low += carry;
        carry = high + (low < carry ? 1UL : 0UL);
        return low;
    }
}
