using System.Runtime.CompilerServices;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;

namespace Assay.Prover.Commitments;

/// <summary>Number-theoretic transforms of as many polynomials as a vector has lanes: radix 4, decimation in frequency, depth first,
/// so that a transform that is larger than a cache is soon many that aren't.</summary>
/// <remarks>Safety: data and work have 2^bits vectors for each part of the target.</remarks>
internal static unsafe class Ntt<TS, TV>
    where TS : struct, IBaseVector<TV>
    where TV : unmanaged
{
    /// <summary>Transforms of up to so many vectors go layer by layer, in the first-level cache.</summary>
    private static int InCache => (1 << 14) / sizeof(TV);

    /// <summary>Writes the values at <c>ω^(4f + j)</c> for all f.</summary>
    /// <param name="plan">Its size.</param>
    /// <param name="data">The coefficients, below p: parts one after the other.</param>
    /// <param name="work">Scratch of the same size.</param>
    /// <param name="j">0 to 3.</param>
    /// <param name="target">Where the values at position 0 go.</param>
    public static void Evaluate(NttPlan plan, TV* data, TV* work, int j, in NttTarget target)
    {
        int size = 1 << plan.Bits;
        uint* scales = j == 0 ? null : plan.Scales(j);
        NttTarget own = new()
        {
            First = target.First + (j * target.Pitch),
            Pitch = 4 * target.Pitch,
            Width = target.Width,
            Streams = target.Streams,
        };
        if (size <= 4)
        {
            for (int i = 0; i < size * own.Parts<TS, TV>(); i++)
            {
                uint* scale = scales + (NttPlan.Pair * (i % size));
                work[i] = j == 0 ? data[i] : TS.MultiplyConstant(data[i], TS.Broadcast(scale[0]), TS.Broadcast(scale[1]));
            }

            Finish(plan, work, size, size, 0, own);
            return;
        }

        for (int part = 0; part < own.Parts<TS, TV>(); part++)
        {
            FirstLayer(data + ((nint)part << plan.Bits), work + ((nint)part << plan.Bits), size >> 2, plan.Twiddles, plan.Fourth, scales);
        }

        for (int t = 0; t < 4; t++)
        {
            Recurse(plan, work, size >> 2, t * (size >> 2), plan.Twiddles + ((size >> 2) * 3 * NttPlan.Pair), own);
        }
    }

    private static void Recurse(NttPlan plan, TV* work, int size, int first, uint* twiddles, in NttTarget target)
    {
        int parts = target.Parts<TS, TV>();
        if (size * parts > InCache && size > 4)
        {
            int quarter = size >> 2;
            for (int part = 0; part < parts; part++)
            {
                Layer(work + ((nint)part << plan.Bits) + first, quarter, 1, twiddles, plan.Fourth);
            }

            for (int t = 0; t < 4; t++)
            {
                Recurse(plan, work, quarter, first + (t * quarter), twiddles + (quarter * 3 * NttPlan.Pair), target);
            }

            return;
        }

        int m = size;
        for (; m > 4; m >>= 2)
        {
            for (int part = 0; part < parts; part++)
            {
                Layer(work + ((nint)part << plan.Bits) + first, m >> 2, size / m, twiddles, plan.Fourth);
            }

            twiddles += (m >> 2) * 3 * NttPlan.Pair;
        }

        Finish(plan, work, size, m, first, target);
    }

    /// <summary>The last layer, of transforms of m vectors, straight to the values' positions.</summary>
    private static void Finish(NttPlan plan, TV* work, int size, int m, int first, in NttTarget target)
    {
        int* frequencies = plan.Frequencies + first;
        nint distance = (nint)1 << plan.Bits;
        switch (m)
        {
            case 4:
                LastFour(work + first, distance, size, frequencies, plan.Fourth, target);
                break;
            case 2:
                LastTwo(work + first, distance, size, frequencies, target);
                break;
            default:
                for (int part = 0; part < target.Parts<TS, TV>(); part++)
                {
                    Put(target.First + (part * TS.Lanes), work[part], target.LanesOf<TS, TV>(part), false);
                }

                break;
        }
    }

    /// <summary>The largest layer, from the coefficients, times the powers of ω^j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FirstLayer(TV* data, TV* work, int quarter, uint* twiddles, uint fourth, uint* scales)
    {
        TV p = TS.Broadcast(KoalaBear.P);
        TV root = TS.Broadcast(fourth);
        TV rootFactor = TS.Broadcast(Montgomery.Factor(fourth));
        nint step = NttPlan.Pair * (nint)quarter;
        for (int i = 0; i < quarter; i++, twiddles += 3 * NttPlan.Pair)
        {
            TV a = data[i], b = data[i + quarter], c = data[i + (2 * quarter)], d = data[i + (3 * quarter)];
            if (scales != null)
            {
                a = TS.MultiplyConstant(a, TS.Broadcast(scales[0]), TS.Broadcast(scales[1]));
                b = TS.MultiplyConstant(b, TS.Broadcast(scales[step]), TS.Broadcast(scales[step + 1]));
                c = TS.MultiplyConstant(c, TS.Broadcast(scales[2 * step]), TS.Broadcast(scales[(2 * step) + 1]));
                d = TS.MultiplyConstant(d, TS.Broadcast(scales[3 * step]), TS.Broadcast(scales[(3 * step) + 1]));
                scales += NttPlan.Pair;
            }

            TV evens = AddMod(a, c, p), odds = AddMod(b, d, p);
            TV even = SubMod(a, c, p);
            TV odd = TS.MultiplyConstant(TS.Add(TS.Subtract(b, d), p), root, rootFactor);
            work[i] = AddMod(evens, odds, p);
            work[i + quarter] = TS.MultiplyConstant(TS.Add(even, odd), TS.Broadcast(twiddles[0]), TS.Broadcast(twiddles[1]));
            work[i + (2 * quarter)] =
                TS.MultiplyConstant(TS.Add(TS.Subtract(evens, odds), p), TS.Broadcast(twiddles[2]), TS.Broadcast(twiddles[3]));
            work[i + (3 * quarter)] =
                TS.MultiplyConstant(TS.Add(TS.Subtract(even, odd), p), TS.Broadcast(twiddles[4]), TS.Broadcast(twiddles[5]));
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

    /// <summary>For an even number of bits. All parts of a position are written together: they are one cache line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LastFour(TV* data, nint distance, int size, int* frequencies, uint fourth, in NttTarget target)
    {
        TV p = TS.Broadcast(KoalaBear.P);
        TV root = TS.Broadcast(fourth);
        TV rootFactor = TS.Broadcast(Montgomery.Factor(fourth));
        int parts = target.Parts<TS, TV>();
        nint pitch = target.Pitch;
        bool streams = target.Streams;
        for (int i = 0; i < size; i += 4)
        {
            uint* to0 = target.First + (frequencies[i] * pitch);
            uint* to1 = target.First + (frequencies[i + 1] * pitch);
            uint* to2 = target.First + (frequencies[i + 2] * pitch);
            uint* to3 = target.First + (frequencies[i + 3] * pitch);
            TV* at = data + i;
            for (int part = 0; part < parts; part++, at += distance)
            {
                int lanes = target.LanesOf<TS, TV>(part);
                nint offset = part * TS.Lanes;
                TV a = at[0], b = at[1], c = at[2], d = at[3];
                TV evens = AddMod(a, c, p), odds = AddMod(b, d, p);
                TV even = SubMod(a, c, p);
                TV odd = TS.MultiplyConstant(TS.Add(TS.Subtract(b, d), p), root, rootFactor);
                Put(to0 + offset, AddMod(evens, odds, p), lanes, streams);
                Put(to1 + offset, AddMod(even, odd, p), lanes, streams);
                Put(to2 + offset, SubMod(evens, odds, p), lanes, streams);
                Put(to3 + offset, SubMod(even, odd, p), lanes, streams);
            }
        }
    }

    /// <summary>For an odd number of bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LastTwo(TV* data, nint distance, int size, int* frequencies, in NttTarget target)
    {
        TV p = TS.Broadcast(KoalaBear.P);
        int parts = target.Parts<TS, TV>();
        nint pitch = target.Pitch;
        bool streams = target.Streams;
        for (int i = 0; i < size; i += 2)
        {
            uint* to0 = target.First + (frequencies[i] * pitch);
            uint* to1 = target.First + (frequencies[i + 1] * pitch);
            TV* at = data + i;
            for (int part = 0; part < parts; part++, at += distance)
            {
                int lanes = target.LanesOf<TS, TV>(part);
                nint offset = part * TS.Lanes;
                TV a = at[0], b = at[1];
                Put(to0 + offset, AddMod(a, b, p), lanes, streams);
                Put(to1 + offset, SubMod(a, b, p), lanes, streams);
            }
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
    private static void Put(uint* target, TV value, int lanes, bool streams)
    {
        if (streams)
        {
            TS.StoreStreaming(target, value);
        }
        else if (lanes == TS.Lanes)
        {
            TS.Store(target, value);
        }
        else
        {
            PutSome(target, value, lanes);
        }
    }

    private static void PutSome(uint* target, TV value, int lanes)
    {
        for (int i = 0; i < lanes; i++)
        {
            target[i] = ((uint*)&value)[i];
        }
    }
}
