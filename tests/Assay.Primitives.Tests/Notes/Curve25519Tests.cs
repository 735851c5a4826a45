using System.Globalization;
using System.Numerics;
using Assay.Primitives.Notes.Curve25519;

namespace Assay.Primitives.Tests.Notes;

/// <summary>The arithmetic under Ed25519 against big integers.</summary>
public sealed class Curve25519Tests
{
    private static readonly BigInteger P = (BigInteger.One << 255) - 19;
    private static readonly BigInteger L =
        (BigInteger.One << 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    private static readonly BigInteger[] Edges =
    [
        0, 1, 2, 18, 19, 20, (BigInteger.One << 51) - 1, BigInteger.One << 51, (BigInteger.One << 102) - 1,
        BigInteger.One << 204, BigInteger.One << 254, P - 2, P - 1, P, P + 1, P + 18,
    ];

    [Fact]
    public void Field_operations_are_those_of_integers_modulo_p()
    {
        Random random = new(1);
        List<BigInteger> values = [.. Edges, .. Enumerable.Range(0, 25).Select(_ => Draw(random) % (BigInteger.One << 255))];
        foreach (BigInteger a in values)
        {
            FieldElement x = Field(a);
            Assert.Equal(a % P, Value(x));
            Assert.Equal(Mod(-a, P), Value(FieldElement.Negate(x)));
            Assert.Equal(a * a % P, Value(FieldElement.Square(x)));
            Assert.Equal(BigInteger.ModPow(a, P - 2, P), Value(FieldElement.Invert(x)));
            Assert.Equal(BigInteger.ModPow(a, (P - 5) / 8, P), Value(FieldElement.Power2To252Minus3(x)));
            Assert.Equal(a % P % 2, x.LowBit());
            foreach (BigInteger b in values)
            {
                FieldElement y = Field(b);
                Assert.Equal((a + b) % P, Value(FieldElement.Add(x, y)));
                Assert.Equal(Mod(a - b, P), Value(FieldElement.Subtract(x, y)));
                Assert.Equal(a * b % P, Value(FieldElement.Multiply(x, y)));
                Assert.Equal((a - b) % P == 0, FieldElement.AreEqual(x, y));
                Assert.Equal(a % P, Value(FieldElement.Select(x, y, 0)));
                Assert.Equal(b % P, Value(FieldElement.Select(x, y, ulong.MaxValue)));
            }
        }
    }

    [Fact]
    public void Field_operations_hold_at_the_largest_limbs_that_are_allowed()
    {
        // Every limb 2^54 - 1, which is more than point formulas ever pass on.
        ulong limb = (1UL << 54) - 1;
        FieldElement x = new(limb, limb, limb, limb, limb);
        BigInteger value = Enumerable.Range(0, 5).Aggregate(BigInteger.Zero, (sum, i) => sum + ((BigInteger)limb << (51 * i)));
        Assert.Equal(value % P, Value(x));
        Assert.Equal(value * value % P, Value(FieldElement.Multiply(x, x)));
        Assert.Equal(value * value % P, Value(FieldElement.Square(x)));
        Assert.Equal(Mod(-value, P), Value(FieldElement.Negate(x)));
        Assert.Equal(BigInteger.Zero, Value(FieldElement.Subtract(x, x)));
    }

    [Fact]
    public void Scalar_operations_are_those_of_integers_modulo_l()
    {
        Random random = new(2);
        BigInteger max = (BigInteger.One << 256) - 1;
        List<BigInteger> values = [0, 1, 2, L - 1, L, L + 1, 2 * L, 15 * L - 1, max, .. Enumerable.Range(0, 10).Select(_ => Draw(random))];
        byte[] result = new byte[32];
        foreach (BigInteger a in values)
        {
            foreach (BigInteger b in values)
            {
                Scalar.Reduce([.. Bytes32(a), .. Bytes32(b)], result);
                Assert.Equal((a + (b << 256)) % L, new BigInteger(result, isUnsigned: true));
                foreach (BigInteger c in values)
                {
                    Scalar.MultiplyAdd(Bytes32(a), Bytes32(b), Bytes32(c % L), result);
                    Assert.Equal((a * b + c) % L, new BigInteger(result, isUnsigned: true));
                }
            }
        }
    }

    [Fact]
    public void Both_multiplications_of_the_base_agree_with_doubling_and_adding()
    {
        Random random = new(3);
        BigInteger[] scalars =
        [
            0, 1, 2, 7, 8, 9, 15, 16, 127, 128, 129, 255, 256, L - 1, (BigInteger.One << 252) - 1, BigInteger.One << 252,
            .. Enumerable.Range(0, 20).Select(_ => Draw(random) % L),
        ];
        byte[] zero = new byte[32];
        foreach (BigInteger scalar in scalars)
        {
            string expected = Encoded(Slow(scalar, EdwardsPoint.Base));
            Assert.Equal(expected, Encoded(ScalarMultiplication.SecretTimesBase(Bytes32(scalar))));
            Assert.Equal(expected, Encoded(ScalarMultiplication.PublicCombination(zero, EdwardsPoint.Base, Bytes32(scalar))));
            Assert.Equal(expected, Encoded(ScalarMultiplication.PublicCombination(Bytes32(scalar), EdwardsPoint.Base, zero)));
        }

        // Clamped scalars reach up to 2^255.
        BigInteger clamped = (BigInteger.One << 255) - 8;
        Assert.Equal(Encoded(Slow(clamped, EdwardsPoint.Base)), Encoded(ScalarMultiplication.SecretTimesBase(Bytes32(clamped))));
        Assert.Equal(Encoded(EdwardsPoint.Identity), Encoded(Slow(L, EdwardsPoint.Base)));
    }

    [Fact]
    public void Points_decode_to_what_they_encode()
    {
        EdwardsPoint point = EdwardsPoint.Base;
        byte[] bytes = new byte[32];
        for (int i = 0; i < 50; i++)
        {
            point.Encode(bytes);
            Assert.True(EdwardsPoint.TryDecode(bytes, out EdwardsPoint decoded));
            Assert.Equal(Encoded(point), Encoded(decoded));
            Assert.False(point.HasSmallOrder());
            Assert.Equal(
                Encoded(EdwardsPoint.Identity), Encoded(EdwardsPoint.Add(point, new PreparedPoint(EdwardsPoint.Negate(decoded)))));
            point = EdwardsPoint.Add(EdwardsPoint.Double(point), new PreparedPoint(EdwardsPoint.Base));
        }
    }

    private static EdwardsPoint Slow(BigInteger scalar, EdwardsPoint point)
    {
        EdwardsPoint sum = EdwardsPoint.Identity;
        for (int bit = 255; bit >= 0; bit--)
        {
            sum = EdwardsPoint.Double(sum);
            if (((scalar >> bit) & 1) == 1)
            {
                sum = EdwardsPoint.Add(sum, new PreparedPoint(point));
            }
        }

        return sum;
    }

    private static string Encoded(in EdwardsPoint point)
    {
        byte[] bytes = new byte[32];
        point.Encode(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static FieldElement Field(BigInteger value) => FieldElement.Read(Bytes32(value));

    private static BigInteger Value(in FieldElement element)
    {
        byte[] bytes = new byte[32];
        element.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }

    private static BigInteger Mod(BigInteger value, BigInteger modulus) => (value % modulus + modulus) % modulus;

    private static BigInteger Draw(Random random)
    {
        byte[] bytes = new byte[32];
        random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }

    private static byte[] Bytes32(BigInteger value)
    {
        byte[] bytes = value.ToByteArray(isUnsigned: true);
        Array.Resize(ref bytes, 32);
        return bytes;
    }
}
