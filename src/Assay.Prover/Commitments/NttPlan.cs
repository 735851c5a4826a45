using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;

namespace Assay.Prover.Commitments;

/// <summary>The constants of the transforms of 2^bits coefficients to 2^(bits+2) values, made once for each size.</summary>
/// <remarks>The code has rate 1/4: values at <c>ω^(4f + j)</c> are the transform of the coefficients times <c>ω^(i*j)</c>, four
/// transforms of the coefficients' own length.</remarks>
internal sealed unsafe class NttPlan
{
    /// <summary>Words of a twiddle: the constant and its factor (<see cref="Montgomery"/>).</summary>
    public const int Pair = 2;

    private static readonly ConcurrentDictionary<int, Lazy<NttPlan>> Plans = [];

    private readonly uint[] _twiddles;
    private readonly uint[] _scales;
    private readonly int[] _frequencies;

    private NttPlan(int bits)
    {
        Bits = bits;
        int size = 1 << bits;
        uint omega = KoalaBear.RootOfUnity(bits + 2);
        uint root = KoalaBear.RootOfUnity(bits);
        Fourth = Montgomery.Of(KoalaBear.RootOfUnity(2));

        // Layers of size m = 2^bits, 2^(bits-2), .. above 4: three twiddles for each i < m/4.
        long words = 0;
        for (int b = bits; b > 2; b -= 2)
        {
            words += 3 * Pair * (1L << (b - 2));
        }

        _twiddles = Pinned<uint>(words);
        uint* to = Twiddles;
        for (int b = bits; b > 2; b -= 2)
        {
            uint one = 1;
            for (int i = 0; i < 1 << (b - 2); i++)
            {
                uint two = KoalaBear.Mul(one, one);
                to = Put(Put(Put(to, one), two), KoalaBear.Mul(two, one));
                one = KoalaBear.Mul(one, root);
            }

            root = KoalaBear.Pow(root, 4);
        }

        _scales = Pinned<uint>(3 * Pair * (long)size);
        to = Scales(1);
        for (int j = 1; j < 4; j++)
        {
            uint step = KoalaBear.Pow(omega, (ulong)j);
            uint power = 1;
            for (int i = 0; i < size; i++, power = KoalaBear.Mul(power, step))
            {
                to = Put(to, power);
            }
        }

        _frequencies = Pinned<int>(size);
        for (int i = 0; i < size; i++)
        {
            _frequencies[i] = FrequencyAt(i, bits);
        }
    }

    /// <summary>log2 of the coefficients' number.</summary>
    public int Bits { get; }

    /// <summary>A fourth root of unity, in Montgomery form.</summary>
    public uint Fourth { get; }

    /// <summary>Of each layer, largest first, for each i: the pairs of <c>w^i, w^2i, w^3i</c>.</summary>
    public uint* Twiddles => Address(_twiddles);

    /// <summary>For each place where the transform leaves a value, its frequency.</summary>
    public int* Frequencies => Address(_frequencies);

    /// <summary>The plan of one size.</summary>
    /// <param name="bits">0 to 20.</param>
    public static NttPlan Of(int bits) => Plans.GetOrAdd(bits, b => new(() => new NttPlan(b))).Value;

    /// <summary>The pairs of <c>ω^(i*j)</c>; j is 1, 2 or 3.</summary>
    public uint* Scales(int j) => Address(_scales) + ((j - 1) * ((long)Pair << Bits));

    private static T[] Pinned<T>(long length)
        where T : unmanaged => GC.AllocateUninitializedArray<T>((int)Math.Max(length, 1), pinned: true);

    // The array doesn't move, and lives as long as the plan.
    private static T* Address<T>(T[] pinned)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref pinned[0]);

    private static uint* Put(uint* to, uint value)
    {
        to[0] = Montgomery.Of(value);
        to[1] = Montgomery.Factor(to[0]);
        return to + Pair;
    }

    /// <summary>Decimation in frequency by four: quarter t of the places has the frequencies that are t modulo 4.</summary>
    private static int FrequencyAt(int place, int bits)
    {
        int frequency = 0;
        int shift = 0;
        for (; bits >= 2; bits -= 2, shift += 2)
        {
            frequency |= (place >> (bits - 2)) << shift;
            place &= (1 << (bits - 2)) - 1;
        }

        return frequency | (place << shift);
    }
}
