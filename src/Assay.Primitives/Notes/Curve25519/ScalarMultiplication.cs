namespace Assay.Primitives.Notes.Curve25519;

/// <summary>The two multiplications that Ed25519 needs: a secret times B, and a public combination.</summary>
internal static class ScalarMultiplication
{
    private const int BaseWindow = 8;
    private const int PointWindow = 5;

    private static readonly PreparedPoint IdentityPrepared = new(EdwardsPoint.Identity);

    /// <summary>Row i holds 1 to 8 times 256^i B.</summary>
    private static readonly PreparedPoint[][] BaseRows = MakeBaseRows();

    /// <summary>B, 3B, 5B … 127B.</summary>
    private static readonly PreparedPoint[] BaseOdd = OddMultiples(EdwardsPoint.Base, BaseWindow);

    /// <summary>
    /// scalar * B for a secret scalar below 2^255, 32 bytes little-endian. No branch and no memory
    /// address depends on it: every table entry is read and the right one kept by masks.
    /// </summary>
    public static EdwardsPoint SecretTimesBase(ReadOnlySpan<byte> scalar)
    {
        // 64 digits from -8 to 7 in base 16.
        Span<sbyte> digits = stackalloc sbyte[64];
        int carry = 0;
        for (int i = 0; i < 64; i++)
        {
            int digit = ((scalar[i >> 1] >> (4 * (i & 1))) & 15) + carry;
            carry = i < 63 ? (digit + 8) >> 4 : 0;
            digits[i] = (sbyte)(digit - (carry << 4));
        }

        EdwardsPoint sum = EdwardsPoint.Identity;
        for (int i = 1; i < 64; i += 2)
        {
            sum = EdwardsPoint.Add(sum, SelectMultiple(BaseRows[i >> 1], digits[i]));
        }

        for (int i = 0; i < 4; i++)
        {
            sum = EdwardsPoint.Double(sum);
        }

        for (int i = 0; i < 64; i += 2)
        {
            sum = EdwardsPoint.Add(sum, SelectMultiple(BaseRows[i >> 1], digits[i]));
        }

        digits.Clear();
        return sum;
    }

    /// <summary>a * A + b * B for public values; variable time. Scalars are 32 bytes, little-endian, below 2^253.</summary>
    public static EdwardsPoint PublicCombination(ReadOnlySpan<byte> a, in EdwardsPoint pointA, ReadOnlySpan<byte> b)
    {
        Span<sbyte> digitsA = stackalloc sbyte[256];
        Span<sbyte> digitsB = stackalloc sbyte[256];
        NonAdjacentForm(a, PointWindow, digitsA);
        NonAdjacentForm(b, BaseWindow, digitsB);
        PreparedPoint[] multiplesOfA = OddMultiples(pointA, PointWindow);

        int top = 255;
        while (top >= 0 && digitsA[top] == 0 && digitsB[top] == 0)
        {
            top--;
        }

        EdwardsPoint sum = EdwardsPoint.Identity;
        for (int i = top; i >= 0; i--)
        {
            sum = EdwardsPoint.Double(sum);
            sum = AddDigit(sum, multiplesOfA, digitsA[i]);
            sum = AddDigit(sum, BaseOdd, digitsB[i]);
        }

        return sum;
    }

    private static EdwardsPoint AddDigit(in EdwardsPoint sum, PreparedPoint[] oddMultiples, int digit)
    {
        if (digit == 0)
        {
            return sum;
        }

        PreparedPoint multiple = oddMultiples[Math.Abs(digit) / 2];
        return EdwardsPoint.Add(sum, digit > 0 ? multiple : PreparedPoint.Negate(multiple));
    }

    /// <summary>Digits that are zero or odd and below 2^(window-1) in size, at most one in any window.</summary>
    private static void NonAdjacentForm(ReadOnlySpan<byte> scalar, int window, Span<sbyte> digits)
    {
        digits.Clear();
        int carry = 0;
        for (int i = 0; i < 256;)
        {
            int bits = carry;
            for (int j = 0; j < window && i + j < 256; j++)
            {
                bits += ((scalar[(i + j) >> 3] >> ((i + j) & 7)) & 1) << j;
            }

            if ((bits & 1) == 0)
            {
                // Either no carry and a zero bit, or a carry and a one bit, which carries on.
                i++;
                continue;
            }

            carry = bits >> (window - 1);
            digits[i] = (sbyte)(bits - (carry << window));
            i += window;
        }
    }

    private static PreparedPoint SelectMultiple(PreparedPoint[] row, int digit)
    {
        int signMask = digit >> 31;
        uint size = (uint)((digit ^ signMask) - signMask);
        PreparedPoint chosen = IdentityPrepared;
        for (uint i = 0; i < 8; i++)
        {
            // All ones where size is i + 1.
            ulong mask = (ulong)(((long)(size ^ (i + 1)) - 1) >> 63);
            chosen = PreparedPoint.Select(chosen, row[i], mask);
        }

        return PreparedPoint.Select(chosen, PreparedPoint.Negate(chosen), (ulong)(long)signMask);
    }

    private static PreparedPoint[][] MakeBaseRows()
    {
        PreparedPoint[][] rows = new PreparedPoint[32][];
        EdwardsPoint first = EdwardsPoint.Base;
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = new PreparedPoint[8];
            PreparedPoint step = new(first);
            EdwardsPoint multiple = first;
            for (int j = 0; j < 8; j++)
            {
                rows[i][j] = new PreparedPoint(multiple);
                multiple = EdwardsPoint.Add(multiple, step);
            }

            for (int j = 0; j < 8; j++)
            {
                first = EdwardsPoint.Double(first);
            }
        }

        return rows;
    }

    private static PreparedPoint[] OddMultiples(in EdwardsPoint point, int window)
    {
        PreparedPoint[] multiples = new PreparedPoint[1 << (window - 2)];
        PreparedPoint twice = new(EdwardsPoint.Double(point));
        EdwardsPoint multiple = point;
        for (int i = 0; i < multiples.Length; i++)
        {
            multiples[i] = new PreparedPoint(multiple);
            multiple = EdwardsPoint.Add(multiple, twice);
        }

        return multiples;
    }
}
