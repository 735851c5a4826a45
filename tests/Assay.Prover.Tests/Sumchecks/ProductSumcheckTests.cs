using Assay.Proofs.Fields;
using Assay.Proofs.Transcripts;
using Assay.Prover.Simd;
using Assay.Prover.Sumchecks;
using Assay.Prover.Threading;

namespace Assay.Prover.Tests.Sumchecks;

public sealed unsafe class ProductSumcheckTests : IDisposable
{
    private readonly NativeArena _arena = new();

    public void Dispose() => _arena.Dispose();

    public static TheoryData<int, int, int, int> Cases
    {
        get
        {
            TheoryData<int, int, int, int> cases = [];
            foreach (FieldPath path in Enum.GetValues<FieldPath>())
            {
                foreach ((int bits, int length) in ((int, int)[])[(0, 1), (1, 2), (3, 5), (4, 16), (5, 17), (5, 32), (6, 32), (7, 40), (8, 200), (9, 512), (10, 777)])
                {
                    cases.Add((int)path, 1, bits, length);
                }

                cases.Add((int)path, 3, 15, 30_001);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RoundsEqualPlainArithmetic(int path, int threads, int bits, int length)
    {
        ExtensionKernels kernels = ExtensionKernels.For((FieldPath)path);
        using WorkerTeam team = new(threads);
        Random random = new((bits * 1000) + length);
        Ext4[] b = [.. Enumerable.Range(0, length).Select(_ => Element(random))];
        int[] integers = [.. Enumerable.Range(0, length).Select(_ => random.Next(-(int)(KoalaBear.P - 1), (int)(KoalaBear.P - 1)))];
        Ext4[] a = Array.ConvertAll(integers, value => Ext4.From(value));
        (byte[] expected, Ext4[] point, Ext4[] values) = Plain(a, b, bits);

        using ExtensionArray x = ExtensionArray.From(_arena, a), y = ExtensionArray.From(_arena, b), z = ExtensionArray.From(_arena, b);
        using ProductTables elements = new(kernels, team, x, y, bits);
        AssertProves(elements);
        fixed (int* v = integers)
        {
            using ProductTables mixed = new(kernels, _arena, team, v, z, bits);
            AssertProves(mixed);
        }

        void AssertProves(ProductTables tables)
        {
            Assert.Equal(Sum(a, b), tables.Sum());
            ProverChannel channel = new();
            Ext4[] actual = ProductSumcheck.Prove(channel, "round", "r", [(tables, Ext4.One)], bits);
            Assert.Equal(expected, channel.Proof.ToArray());
            Assert.Equal(point, actual);
            Assert.Equal((values[0], values[1]), tables.Values);
        }
    }

    [Fact]
    public void TablesOfFewerBitsCountForAllOthers()
    {
        using WorkerTeam team = new(1);
        Random random = new(3);
        Ext4[] a = [.. Enumerable.Range(0, 64).Select(_ => Element(random))], b = [.. Enumerable.Range(0, 64).Select(_ => Element(random))];
        Ext4[] small = a[..8], other = b[..8];
        Ext4 weight = Element(random) * Ext4.From(8).Invert();
        Ext4[] repeated = [.. Enumerable.Range(0, 64).Select(i => small[i % 8])], others = [.. Enumerable.Range(0, 64).Select(i => other[i % 8] * weight)];

        using ExtensionArray x = ExtensionArray.From(_arena, a), y = ExtensionArray.From(_arena, b);
        using ExtensionArray s = ExtensionArray.From(_arena, small), o = ExtensionArray.From(_arena, other);
        using ProductTables large = new(ExtensionKernels.Default, team, x, y, 6), few = new(ExtensionKernels.Default, team, s, o, 3);
        ProverChannel channel = new();
        Ext4[] point = ProductSumcheck.Prove(channel, "round", "r", [(large, Ext4.One), (few, weight)], 6);

        ProverChannel plain = new();
        Ext4[][] tables = [a, b, repeated, others];
        for (int t = 5; t >= 0; t--)
        {
            (Ext4 zero, Ext4 infinity) = Message(tables[0], tables[1]);
            (Ext4 zeroOfFew, Ext4 infinityOfFew) = Message(tables[2], tables[3]);
            plain.Send("round", [zero + zeroOfFew, infinity + infinityOfFew]);
            Assert.Equal(plain.Transcript.Draw("r"), point[t]);
            tables = Array.ConvertAll(tables, table => Fold(table, point[t]));
        }

        Assert.Equal(plain.Proof.ToArray(), channel.Proof.ToArray());
        Assert.Equal((tables[2][0], tables[3][0]), (few.Values.A, few.Values.B * weight));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(13)]
    public void EqTablesAreProducts(int bits)
    {
        Random random = new(bits);
        Ext4[] z = [.. Enumerable.Range(0, bits).Select(_ => Element(random))];
        Ext4 scale = Element(random);
        using WorkerTeam team = new(2);
        using ExtensionArray table = EqTable.Build(ExtensionKernels.Default, _arena, team, z, scale);
        Assert.Equal(1 << bits, table.Length);
        for (int i = 0; i < table.Length; i += bits > 10 ? 37 : 1)
        {
            Ext4 expected = scale;
            for (int t = 0; t < bits; t++)
            {
                expected *= ((i >> t) & 1) != 0 ? z[t] : Ext4.One - z[t];
            }

            Assert.Equal(expected, table[i]);
        }
    }

    private static (byte[] Proof, Ext4[] Point, Ext4[] Values) Plain(Ext4[] a, Ext4[] b, int bits)
    {
        Ext4[] x = new Ext4[1 << bits], y = new Ext4[1 << bits];
        a.CopyTo(x, 0);
        b.CopyTo(y, 0);
        ProverChannel channel = new();
        Ext4[] point = new Ext4[bits];
        for (int t = bits - 1; t >= 0; t--)
        {
            (Ext4 zero, Ext4 infinity) = Message(x, y);
            channel.Send("round", [zero, infinity]);
            point[t] = channel.Transcript.Draw("r");
            (x, y) = (Fold(x, point[t]), Fold(y, point[t]));
        }

        return (channel.Proof.ToArray(), point, [x[0], y[0]]);
    }

    private static (Ext4 AtZero, Ext4 AtInfinity) Message(Ext4[] a, Ext4[] b)
    {
        int half = a.Length / 2;
        (Ext4 zero, Ext4 infinity) = (Ext4.Zero, Ext4.Zero);
        for (int i = 0; i < half; i++)
        {
            zero += a[i] * b[i];
            infinity += (a[i + half] - a[i]) * (b[i + half] - b[i]);
        }

        return (zero, infinity);
    }

    private static Ext4[] Fold(Ext4[] table, Ext4 r) =>
        [.. Enumerable.Range(0, table.Length / 2).Select(i => table[i] + (r * (table[i + (table.Length / 2)] - table[i])))];

    private static Ext4 Sum(Ext4[] a, Ext4[] b)
    {
        Ext4 sum = Ext4.Zero;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static Ext4 Element(Random random) => new(Word(random), Word(random), Word(random), Word(random));

    private static uint Word(Random random) => (uint)random.NextInt64(KoalaBear.P);
}
