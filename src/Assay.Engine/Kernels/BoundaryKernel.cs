using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Assay.Engine.Kernels;

/// <summary>Between binary32 and integers, as <c>Assay.Programs.Boundary</c> defines it.</summary>
/// <remarks>
/// Exactness: one binary64 subtraction, one multiplication, one rounding, each a vector instruction with the scalar one's
/// result; .NET never fuses them. Safety: vectors are loaded and stored only while a whole one is left; the rest is scalar.
/// </remarks>
internal static unsafe class BoundaryKernel
{
    /// <summary>Converts a run of elements.</summary>
    /// <param name="offsets">The offset of the first element; eight readable ones.</param>
    /// <param name="multipliers">As <paramref name="offsets"/>.</param>
    /// <param name="step">1: each element has its own offset and multiplier; 0: eight copies of the run's one.</param>
    /// <param name="clamped">Grows by the number of elements out of range.</param>
    /// <returns>Whether all elements are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Quantize(
        float* x, int count, double* offsets, double* multipliers, int step, short lo, short hi, short* q, ref int clamped, bool vectors)
    {
        bool finite = true;
        int outside = 0;
        int i = 0;
        if (Avx2.IsSupported && vectors && count >= 8)
        {
            Vector256<double> low = Vector256.Create((double)lo);
            Vector256<double> high = Vector256.Create((double)hi);
            Vector256<int> exponent = Vector256.Create(0x7f800000);
            Vector256<int> special = Vector256<int>.Zero;
            Vector256<long> passed = Vector256<long>.Zero;
            for (; i + 8 <= count; i += 8)
            {
                Vector256<float> v = Vector256.Load(x + i);
                special |= Vector256.Equals(v.AsInt32() & exponent, exponent);
                nint at = (nint)i * step;
                Vector256<double> a = Avx.ConvertToVector256Double(v.GetLower()) - Vector256.Load(offsets + at);
                Vector256<double> b = Avx.ConvertToVector256Double(v.GetUpper()) - Vector256.Load(offsets + at + (4 * step));
                a = Avx.RoundToNearestInteger(a * Vector256.Load(multipliers + at));
                b = Avx.RoundToNearestInteger(b * Vector256.Load(multipliers + at + (4 * step)));
                passed -= (Vector256.LessThan(a, low) | Vector256.GreaterThan(a, high)).AsInt64();
                passed -= (Vector256.LessThan(b, low) | Vector256.GreaterThan(b, high)).AsInt64();
                Vector128<int> qa = Avx.ConvertToVector128Int32(Avx.Min(Avx.Max(a, low), high));
                Vector128<int> qb = Avx.ConvertToVector128Int32(Avx.Min(Avx.Max(b, low), high));
                Sse2.PackSignedSaturate(qa, qb).Store(q + i);
            }

            finite = special == Vector256<int>.Zero;
            outside = (int)Vector256.Sum(passed);
        }

        for (; i < count; i++)
        {
            finite &= float.IsFinite(x[i]);
            double rounded = Math.Round((x[i] - offsets[(nint)i * step]) * multipliers[(nint)i * step], MidpointRounding.ToEven);
            outside += rounded < lo || rounded > hi ? 1 : 0;
            q[i] = (short)Math.Min(Math.Max(rounded, lo), hi);
        }

        clamped += outside;
        return finite;
    }

    /// <summary><c>binary32(binary64(q) * scale)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dequantize(short* q, long count, double scale, float* y, bool vectors)
    {
        long i = 0;
        if (Avx2.IsSupported && vectors)
        {
            Vector256<double> factor = Vector256.Create(scale);
            for (; i + 8 <= count; i += 8)
            {
                Vector256<int> v = Avx2.ConvertToVector256Int32(Vector128.Load(q + i));
                Avx.ConvertToVector128Single(Avx.ConvertToVector256Double(v.GetLower()) * factor).Store(y + i);
                Avx.ConvertToVector128Single(Avx.ConvertToVector256Double(v.GetUpper()) * factor).Store(y + i + 4);
            }
        }

        for (; i < count; i++)
        {
            y[i] = (float)(q[i] * scale);
        }
    }

    /// <summary>Whether all elements are in a range: kernels index tables by them, and count on the accumulator rule.</summary>
    public static bool InRange(ReadOnlySpan<short> x, short lo, short hi)
    {
        int i = 0;
        Vector<short> low = new(lo);
        Vector<short> high = new(hi);
        Vector<short> outside = Vector<short>.Zero;
        for (; i + Vector<short>.Count <= x.Length; i += Vector<short>.Count)
        {
            Vector<short> v = new(x[i..]);
            outside |= Vector.LessThan(v, low) | Vector.GreaterThan(v, high);
        }

        bool inside = outside == Vector<short>.Zero;
        for (; i < x.Length; i++)
        {
            inside &= x[i] >= lo && x[i] <= hi;
        }

        return inside;
    }
}
