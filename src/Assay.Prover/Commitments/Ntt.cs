using System.Runtime.CompilerServices;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;

namespace Assay.Prover.Commitments;

/// <summary>Number-theoretic transforms of as many polynomials as a vector has lanes: radix 4, decimation in frequency, depth first,
/// so that a transform that is larger than a cache is soon many that aren't.</summary>
/// <remarks>Safety: data and work have 2^bits vectors; the target has <c>pitch</c> words at each of the 2^(bits+2) positions, of
/// which this writes those of its lanes.</remarks>
internal static unsafe class Ntt<TS, TV>
    where TS : struct, IBaseVector<TV>
    where TV : unmanaged
{
    /// <summary>Transforms of up to so many vectors go layer by layer, in the first-level cache.</summary>
    private const int InCache = 1 << 9;

    /// <summary>Writes the values at <c>ω^(4f + j)</c> for all f.</summary>
    /// <param name="plan">Its size.</param>
    /// <param name="data">The coefficients, below p.</param>
    /// <param name="work">Scratch.</param>
    /// <param name="j">0 to 3.</param>
    /// <param name="target">Where the first lane's value at position 0 goes.</param>
    /// <param name="pitch">Words from position to position.</param>
    /// <param name="lanes">Lanes to store.</param>
    public static void Evaluate(NttPlan plan, TV* data, TV* work, int j, uint* target, nint pitch, int lanes)
    {
        int size = 1 << plan.Bits;
        if (j == 0)
        {
            Buffer.MemoryCopy(data, work, (long)size * sizeof(TV), (long)size * sizeof(TV));
        }
        else
        {
            Scale(data, work, size, plan.Scales(j));
        }

        Recurse(plan, work, size, 0, plan.Twiddles, target + (j * pitch), 4 * pitch, lanes);
    }

    private static void Recurse(NttPlan plan, TV* work, int size, int first, uint* twiddles, uint* target, nint pitch, int lanes)
    {
        if (size > InCache)
        {
            Layer(work + first, size >> 2, 1, twiddles, plan.Fourth);
            for (int t = 0; t < 4; t++)
            {
                Recurse(plan, work, size >> 2, first + (t * (size >> 2)), twiddles + (size >> 2) * 3 * NttPlan.Pair, target, pitch, lanes);
            }

            return;
        }

        int m = size;
        for (; m > 4; m >>= 2)
        {
            Layer(work + first, m >> 2, size / m, twiddles, plan.Fourth);
            twiddles += (m >> 2) * 3 * NttPlan.Pair;
        }

        int* frequencies = plan.Frequencies + first;
        switch (m)
        {
            case 4:
                LastFour(work + first, size, frequencies, plan.Fourth, target, pitch, lanes);
                break;
            case 2:
                LastTwo(work + first, size, frequencies, target, pitch, lanes);
                break;
            default:
                Put(target, work[first], lanes);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(TV* data, TV* work, int size, uint* scales)
    {
        for (int i = 0; i < size; i++)
        {
            work[i] = TS.MultiplyConstant(data[i], TS.Broadcast(scales[0]), TS.Broadcast(scales[1]));
            scales += NttPlan.Pair;
        }
    }

    /// <summary>One layer of neighbouring transforms of 4*quarter vectors each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Layer(TV* data, int quarter, int blocks, uint* twiddles, uint fourth)
    {
        TV p = TS.Broadcast(KoalaBear.P);
        TV root = TS.Broadcast(fourth);
        TV rootFactor = TS.Broadcast(Montgomery.Factor(fourth));
        nint step = 4 * (nint)quarter;
        for (int i = 0; i < quarter; i++)
        {
            TV w1 = TS.Broadcast(twiddles[0]), f1 = TS.Broadcast(twiddles[1]);
            TV w2 = TS.Broadcast(twiddles[2]), f2 = TS.Broadcast(twiddles[3]);
            TV w3 = TS.Broadcast(twiddles[4]), f3 = TS.Broadcast(twiddles[5]);
            twiddles += 3 * NttPlan.Pair;
            TV* at = data + i;
            for (int block = 0; block < blocks; block++, at += step)
            {
                TV a = at[0], b = at[quarter], c = at[2 * quarter], d = at[3 * quarter];
                TV evens = AddMod(a, c, p), odds = AddMod(b, d, p);
                TV even = SubMod(a, c, p);

                // Factors may be any 32-bit number: b - d + p and the like aren't reduced.
                TV odd = TS.MultiplyConstant(TS.Add(TS.Subtract(b, d), p), root, rootFactor);
                at[0] = AddMod(evens, odds, p);
                at[quarter] = TS.MultiplyConstant(TS.Add(even, odd), w1, f1);
                at[2 * quarter] = TS.MultiplyConstant(TS.Add(TS.Subtract(evens, odds), p), w2, f2);
                at[3 * quarter] = TS.MultiplyConstant(TS.Add(TS.Subtract(even, odd), p), w3, f3);
            }
        }
    }

    /// <summary>The last layer, for an even number of bits: its results go straight to their positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LastFour(TV* data, int size, int* frequencies, uint fourth, uint* target, nint pitch, int lanes)
    {
        TV p = TS.Broadcast(KoalaBear.P);
        TV root = TS.Broadcast(fourth);
        TV rootFactor = TS.Broadcast(Montgomery.Factor(fourth));
        for (int i = 0; i < size; i += 4)
        {
            TV a = data[i], b = data[i + 1], c = data[i + 2], d = data[i + 3];
            TV evens = AddMod(a, c, p), odds = AddMod(b, d, p);
            TV even = SubMod(a, c, p);
            TV odd = TS.MultiplyConstant(TS.Add(TS.Subtract(b, d), p), root, rootFactor);
            Put(target + (frequencies[i] * pitch), AddMod(evens, odds, p), lanes);
            Put(target + (frequencies[i + 1] * pitch), AddMod(even, odd, p), lanes);
            Put(target + (frequencies[i + 2] * pitch), SubMod(evens, odds, p), lanes);
            Put(target + (frequencies[i + 3] * pitch), SubMod(even, odd, p), lanes);
        }
    }

    /// <summary>The last layer, for an odd number of bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LastTwo(TV* data, int size, int* frequencies, uint* target, nint pitch, int lanes)
    {
        TV p = TS.Broadcast(KoalaBear.P);
        for (int i = 0; i < size; i += 2)
        {
            TV a = data[i], b = data[i + 1];
            Put(target + (frequencies[i] * pitch), AddMod(a, b, p), lanes);
            Put(target + (frequencies[i + 1] * pitch), SubMod(a, b, p), lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV AddMod(TV a, TV b, TV p)
    {
        TV sum = TS.Add(a, b);
        return TS.Min(sum, TS.Subtract(sum, p));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV SubMod(TV a, TV b, TV p)
    {
        TV difference = TS.Subtract(a, b);
        return TS.Min(difference, TS.Add(difference, p));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(uint* target, TV value, int lanes)
    {
        if (lanes == TS.Lanes)
        {
            TS.Store(target, value);
            return;
        }

        for (int i = 0; i < lanes; i++)
        {
            target[i] = ((uint*)&value)[i];
        }
    }
}
