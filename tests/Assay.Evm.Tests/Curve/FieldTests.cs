using System.Numerics;

namespace Assay.Evm.Tests;

/// <summary>Both fields against numbers of any size, with words at the ends of their range, where carries go wrong.</summary>
public sealed class FieldTests
{
    private static readonly BigInteger P = SlowRecovery.P;
    private static readonly BigInteger N = SlowRecovery.N;
    private static readonly ulong[] Words = [0, 1, 2, 0x1000003D0, 0x1000003D1, ulong.MaxValue - 0x1000003D1, ulong.MaxValue - 0x1000003D0, ulong.MaxValue - 1, ulong.MaxValue, 1UL << 63];

    [Fact]
    public void Field_agrees_with_big_numbers()
    {
        Random random = new(1);
        for (int i = 0; i < 4000; i++)
        {
            (BigInteger a, FieldElement x) = Element(random);
            (BigInteger b, FieldElement y) = Element(random);
            Assert.Equal((a + b) % P, Number(x + y));
            Assert.Equal((a - b + (2 * P)) % P, Number(x - y));
            Assert.Equal(((2 * P) - a) % P, Number(-x));
            Assert.Equal(a * b % P, Number(x * y));
            Assert.Equal(a * a % P, Number(x.Square()));
            Assert.Equal(a % P, 2 * Number(x.Halve()) % P);
            Assert.Equal((a % P).IsZero, x.IsZero);
            Assert.Equal((x - y).IsZero, (a - b) % P == 0);
        }
    }

    [Fact]
    public void Field_has_inverses_and_roots()
    {
        Random random = new(2);
        for (int i = 0; i < 2000; i++)
        {
            (BigInteger a, FieldElement x) = Element(random);
            Assert.Equal(a % P == 0 ? 0 : 1, Number(x * x.Invert()));
            if (i < 50)
            {
                Assert.Equal(BigInteger.ModPow(a, (P + 1) / 4, P), Number(x.SquareRoot()));
            }
        }

        for (int i = 0; i < 256; i++)
        {
            FieldElement power = FieldElement.Read(EvmAmount.Word(BigInteger.One << i).Bytes);
            Assert.Equal(1, Number(power * power.Invert()));
            Assert.Equal(1, Number(-power * (-power).Invert()));
        }
    }

    [Fact]
    public void Scalars_agree_with_big_numbers()
    {
        Random random = new(3);
        for (int i = 0; i < 4000; i++)
        {
            (BigInteger a, Scalar x) = ScalarOf(random);
            (BigInteger b, Scalar y) = ScalarOf(random);
            Assert.Equal((a + b) % N, Number(x + y));
            Assert.Equal((a - b + N) % N, Number(x - y));
            Assert.Equal(a * b % N, Number(x * y));
            Assert.Equal(a > N / 2, x.IsHigh);
            Assert.Equal(((a * b) + (BigInteger.One << 383)) >> 384, Number(Scalar.MultiplyShift384(x, y)));
        }
    }

    [Fact]
    public void Scalars_have_inverses()
    {
        Random random = new(4);
        for (int i = 0; i < 2000; i++)
        {
            (BigInteger a, Scalar x) = ScalarOf(random);
            Assert.Equal(a.IsZero ? 0 : 1, Number(x * x.Invert()));
        }
    }

    [Fact]
    public void Scalars_split_in_two_short_ones()
    {
        BigInteger lambda = Number(Scalar.Read(Convert.FromHexString("5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72"), out _));
        Random random = new(5);
        for (int i = 0; i < 4000; i++)
        {
            (BigInteger a, Scalar x) = ScalarOf(random);
            DoubleScalarMultiplication.Split(x, out Scalar low, out Scalar high);
            Assert.Equal(a, (Number(low) + (lambda * Number(high))) % N);
            Assert.All([low, high], half => Assert.Equal(0, Number(half.IsHigh ? -half : half) >> 128));
        }
    }

    private static (BigInteger Number, FieldElement Element) Element(Random random)
    {
        byte[] bytes = Bytes(random);
        return (new BigInteger(bytes, isUnsigned: true, isBigEndian: true), FieldElement.Read(bytes));
    }

    private static (BigInteger Number, Scalar Scalar) ScalarOf(Random random)
    {
        byte[] bytes = Bytes(random);
        BigInteger number = new(bytes, isUnsigned: true, isBigEndian: true);
        Scalar scalar = Scalar.Read(bytes, out bool isBelow);
        Assert.Equal(number < N, isBelow);
        return (number % N, scalar);
    }

    private static byte[] Bytes(Random random)
    {
        // Often at an edge: of words, or of one of the two moduli.
        ulong Word() => random.Next(3) == 0 ? (ulong)random.NextInt64(long.MinValue, long.MaxValue) : Words[random.Next(Words.Length)];
        BigInteger number = random.Next(8) switch
        {
            0 => P + random.Next(-3, 4),
            1 => N + random.Next(-3, 4),
            _ => ((BigInteger)new UInt128(Word(), Word()) << 128) + new UInt128(Word(), Word()),
        };
        return EvmAmount.Word(number).ToArray();
    }

    private static BigInteger Number(FieldElement element)
    {
        byte[] bytes = new byte[32];
        element.Normalise().Write(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    private static BigInteger Number(in Scalar scalar) => new(scalar.ToArray(), isUnsigned: true, isBigEndian: true);
}
