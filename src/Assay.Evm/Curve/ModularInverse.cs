using System.Numerics;

namespace Assay.Evm;

/// <summary>
/// Inverses modulo an odd number of 256 bits by division steps (Bernstein and Yang, "Fast constant-time gcd computation and modular
/// inversion", 2019), here in variable time: 62 steps at once on the low words, then one pass over the numbers.
/// Numbers are five words of 62 bits, lowest first; the highest has the sign.
/// </summary>
internal readonly struct ModularInverse
{
    private const int Bits = 62;
    private const int Length = 5;
    private const long Mask = (1L << Bits) - 1;

    private readonly long[] _modulus;
    private readonly long _inverse;

    /// <summary>For one modulus, in four words, lowest first.</summary>
    public ModularInverse(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        _modulus = new long[Length];
        Split(w0, w1, w2, w3, _modulus);

        // Newton's iteration doubles the bits that are right; an odd number is its own inverse modulo 8.
        ulong inverse = w0;
        for (int i = 0; i < 5; i++)
        {
            inverse *= 2 - (w0 * inverse);
        }

        _inverse = (long)inverse & Mask;
    }

    /// <summary>1 / the number modulo the modulus, which the number is below; 0 of 0.</summary>
    public (ulong W0, ulong W1, ulong W2, ulong W3) Invert(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        // d * number = f and e * number = g, modulo the modulus and up to powers of two that the steps divide out.
        Span<long> d = [0, 0, 0, 0, 0], e = [1, 0, 0, 0, 0], f = stackalloc long[Length], g = stackalloc long[Length];
        _modulus.CopyTo(f);
        Split(w0, w1, w2, w3, g);
        long eta = -1;
        while ((g[0] | g[1] | g[2] | g[3] | g[4]) != 0)
        {
            Steps(ref eta, (ulong)f[0] | ((ulong)f[1] << Bits), (ulong)g[0] | ((ulong)g[1] << Bits), out Matrix matrix);
            UpdateCoefficients(d, e, matrix);
            UpdateNumbers(f, g, matrix);
        }

        // f is 1 or -1 now (or the modulus, where the number was 0: then d is 0).
        Normalise(d, f[4] < 0);
        return ((ulong)d[0] | ((ulong)d[1] << 62), ((ulong)d[1] >> 2) | ((ulong)d[2] << 60), ((ulong)d[2] >> 4) | ((ulong)d[3] << 58), ((ulong)d[3] >> 6) | ((ulong)d[4] << 56));
    }

    /// <summary>What 62 division steps do: f becomes (u f + v g) / 2^62, g becomes (q f + r g) / 2^62.</summary>
    private readonly record struct Matrix(long U, long V, long Q, long R);

    private static void Steps(ref long eta, ulong f, ulong g, out Matrix matrix)
    {
        ulong u = 1, v = 0, q = 0, r = 1;
        int left = Bits;
        while (true)
        {
            int zeros = BitOperations.TrailingZeroCount(g | (ulong.MaxValue << left));
            g >>= zeros;
            u <<= zeros;
            v <<= zeros;
            eta -= zeros;
            left -= zeros;
            if (left == 0)
            {
                break;
            }

            ulong w;
            if (eta < 0)
            {
                eta = -eta;
                (f, g) = (g, 0 - f);
                (u, q) = (q, 0 - u);
                (v, r) = (r, 0 - v);

                // Six of g's bits become 0: w is -g / f modulo 64.
                int limit = (int)Math.Min(eta + 1, left);
                w = (f * g * ((f * f) - 2)) & (ulong.MaxValue >> (64 - limit)) & 63;
            }
            else
            {
                // Four of them, which is cheaper where f and g aren't exchanged.
                int limit = (int)Math.Min(eta + 1, left);
                w = f + (((f + 1) & 4) << 1);
                w = ((0 - w) * g) & (ulong.MaxValue >> (64 - limit)) & 15;
            }

            g += f * w;
            q += u * w;
            r += v * w;
        }

        matrix = new Matrix((long)u, (long)v, (long)q, (long)r);
    }

    private static void UpdateNumbers(Span<long> f, Span<long> g, in Matrix m)
    {
        Int128 cf = Product(m.U, f[0]) + Product(m.V, g[0]), cg = Product(m.Q, f[0]) + Product(m.R, g[0]);
        cf >>= Bits;
        cg >>= Bits;
        for (int i = 1; i < Length; i++)
        {
            cf += Product(m.U, f[i]) + Product(m.V, g[i]);
            cg += Product(m.Q, f[i]) + Product(m.R, g[i]);
            f[i - 1] = (long)cf & Mask;
            g[i - 1] = (long)cg & Mask;
            cf >>= Bits;
            cg >>= Bits;
        }

        f[4] = (long)cf;
        g[4] = (long)cg;
    }

    /// <summary>The same of d and e, modulo the modulus: so many times the modulus is added that 2^62 divides them.</summary>
    private void UpdateCoefficients(Span<long> d, Span<long> e, in Matrix m)
    {
        long signD = d[4] >> 63, signE = e[4] >> 63;
        long md = (m.U & signD) + (m.V & signE), me = (m.Q & signD) + (m.R & signE);
        Int128 cd = Product(m.U, d[0]) + Product(m.V, e[0]), ce = Product(m.Q, d[0]) + Product(m.R, e[0]);
        md -= ((_inverse * (long)cd) + md) & Mask;
        me -= ((_inverse * (long)ce) + me) & Mask;
        cd += Product(_modulus[0], md);
        ce += Product(_modulus[0], me);
        cd >>= Bits;
        ce >>= Bits;
        for (int i = 1; i < Length; i++)
        {
            cd += Product(m.U, d[i]) + Product(m.V, e[i]) + Product(_modulus[i], md);
            ce += Product(m.Q, d[i]) + Product(m.R, e[i]) + Product(_modulus[i], me);
            d[i - 1] = (long)cd & Mask;
            e[i - 1] = (long)ce & Mask;
            cd >>= Bits;
            ce >>= Bits;
        }

        d[4] = (long)cd;
        e[4] = (long)ce;
    }

    /// <summary>From more than minus twice the modulus and less than it, or its negative, to below it.</summary>
    private void Normalise(Span<long> d, bool negate)
    {
        AddModulus(d, d[4] >> 63);
        if (negate)
        {
            for (int i = 0; i < Length; i++)
            {
                d[i] = -d[i];
            }
        }

        Carry(d);
        AddModulus(d, d[4] >> 63);
        Carry(d);
    }

    private void AddModulus(Span<long> d, long mask)
    {
        for (int i = 0; i < Length; i++)
        {
            d[i] += _modulus[i] & mask;
        }
    }

    private static void Carry(Span<long> d)
    {
        for (int i = 1; i < Length; i++)
        {
            d[i] += d[i - 1] >> Bits;
            d[i - 1] &= Mask;
        }
    }

    private static Int128 Product(long a, long b)
    {
        ulong high = Limbs.High((ulong)a, (ulong)b) - ((ulong)(a >> 63) & (ulong)b) - ((ulong)(b >> 63) & (ulong)a);
        return new Int128(high, (ulong)a * (ulong)b);
    }

    private static void Split(ulong w0, ulong w1, ulong w2, ulong w3, Span<long> words)
    {
        words[0] = (long)w0 & Mask;
        words[1] = (long)((w0 >> 62) | (w1 << 2)) & Mask;
        words[2] = (long)((w1 >> 60) | (w2 << 4)) & Mask;
        words[3] = (long)((w2 >> 58) | (w3 << 6)) & Mask;
        words[4] = (long)(w3 >> 56);
    }
}
