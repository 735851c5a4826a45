using System.Buffers.Binary;

namespace Assay.Primitives.Notes.Curve25519;

/// <summary>
/// Integers modulo L = 2^252 + 27742317777372353535851937790883648493, the order of B. Values are 32
/// bytes little-endian outside and four words inside. No branch depends on a value, except in
/// <see cref="IsReduced"/>, which sees public bytes.
/// </summary>
internal static class Scalar
{
    // -L^-1 modulo 2^64.
    private const ulong MontgomeryFactor = 0xD2B51DA312547E1B;

    private static ReadOnlySpan<ulong> Order =>
        [0x5812631A5CF5D3ED, 0x14DEF9DEA2F79CD6, 0x0000000000000000, 0x1000000000000000];

    /// <summary>R = 2^256 modulo L.</summary>
    private static ReadOnlySpan<ulong> R =>
        [0xD6EC31748D98951D, 0xC6EF5BF4737DCF70, 0xFFFFFFFFFFFFFFFE, 0x0FFFFFFFFFFFFFFF];

    /// <summary>R^2 modulo L.</summary>
    private static ReadOnlySpan<ulong> RSquared =>
        [0xA40611E3449C0F01, 0xD00E1BA768859347, 0xCEEC73D217F5BE65, 0x0399411B7C309A3D];

    /// <summary>Whether 32 bytes are a number below L.</summary>
    public static bool IsReduced(ReadOnlySpan<byte> bytes)
    {
        for (int i = 3; i >= 0; i--)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);
            if (word != Order[i])
            {
                return word < Order[i];
            }
        }

        return false;
    }

    /// <summary>64 bytes modulo L.</summary>
    public static void Reduce(ReadOnlySpan<byte> wide, Span<byte> result)
    {
        Span<ulong> low = stackalloc ulong[4];
        Span<ulong> high = stackalloc ulong[4];
        Load(wide, low);
        Load(wide[32..], high);

        // low * R / R + high * R^2 / R = low + high * R
        Multiply(low, R, low);
        Multiply(high, RSquared, high);
        Add(low, high, low);
        Store(low, result);
        low.Clear();
        high.Clear();
    }

    /// <summary>a * b + c modulo L, for any 32-byte a and b and a reduced c.</summary>
    public static void MultiplyAdd(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, Span<byte> result)
    {
        Span<ulong> x = stackalloc ulong[4];
        Span<ulong> y = stackalloc ulong[4];
        Span<ulong> z = stackalloc ulong[4];
        Load(a, x);
        Load(b, y);
        Load(c, z);
        Multiply(x, RSquared, x);
        Multiply(y, x, x);
        Add(x, z, x);
        Store(x, result);
        x.Clear();
        y.Clear();
        z.Clear();
    }

    /// <summary>a * b / R modulo L (Montgomery), for a below 2^256 and a reduced b.</summary>
    private static void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> result)
    {
        Span<ulong> t = stackalloc ulong[6];
        t.Clear();
        for (int i = 0; i < 4; i++)
        {
            AddProduct(t, a[i], b);
            AddProduct(t, t[0] * MontgomeryFactor, Order);
            t[1..].CopyTo(t);
            t[5] = 0;
        }

        // (a b + m L) / R with a, m below R and b below L: below 2 L.
        SubtractOrder(t[..4], result);
        t.Clear();
    }

    /// <summary>t += factor * b, six words and four.</summary>
    private static void AddProduct(Span<ulong> t, ulong factor, ReadOnlySpan<ulong> b)
    {
        ulong carry = 0;
        for (int j = 0; j < 4; j++)
        {
            UInt128 sum = Math.BigMul(factor, b[j]) + t[j] + carry;
            t[j] = (ulong)sum;
            carry = (ulong)(sum >> 64);
        }

        UInt128 top = (UInt128)t[4] + carry;
        t[4] = (ulong)top;
        t[5] += (ulong)(top >> 64);
    }

    /// <summary>a + b modulo L, both reduced.</summary>
    private static void Add(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> result)
    {
        Span<ulong> sum = stackalloc ulong[4];
        ulong carry = 0;
        for (int i = 0; i < 4; i++)
        {
            UInt128 word = (UInt128)a[i] + b[i] + carry;
            sum[i] = (ulong)word;
            carry = (ulong)(word >> 64);
        }

        SubtractOrder(sum, result);
        sum.Clear();
    }

    /// <summary>value - L if that isn't negative, else value; for values below 2 L.</summary>
    private static void SubtractOrder(ReadOnlySpan<ulong> value, Span<ulong> result)
    {
        Span<ulong> difference = stackalloc ulong[4];
        ulong borrow = 0;
        for (int i = 0; i < 4; i++)
        {
            UInt128 word = (UInt128)value[i] - Order[i] - borrow;
            difference[i] = (ulong)word;
            borrow = (ulong)(word >> 64) & 1;
        }

        ulong keepValue = 0 - borrow;
        for (int i = 0; i < 4; i++)
        {
            result[i] = difference[i] ^ (keepValue & (difference[i] ^ value[i]));
        }

        difference.Clear();
    }

    private static void Load(ReadOnlySpan<byte> bytes, Span<ulong> words)
    {
        for (int i = 0; i < 4; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);
        }
    }

    private static void Store(ReadOnlySpan<ulong> words, Span<byte> bytes)
    {
        for (int i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(8 * i)..], words[i]);
        }
    }
}
