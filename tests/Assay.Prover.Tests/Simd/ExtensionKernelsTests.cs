using Assay.Proofs.Fields;
using Assay.Prover.Simd;

namespace Assay.Prover.Tests.Simd;

public sealed unsafe class ExtensionKernelsTests : IDisposable
{
    private readonly NativeArena _arena = new();
    private readonly Random _random = new(7);

    public static TheoryData<int> Paths => [.. Enum.GetValues<FieldPath>().Select(path => (int)path)];

    public void Dispose() => _arena.Dispose();

    [Fact]
    public void AnElementSurvivesTheArraysForm()
    {
        foreach (uint value in (uint[])[0, 1, 2, KoalaBear.P - 1, KoalaBear.P / 2, 0x7f000000, 1u << 24])
        {
            Assert.Equal(value, ExtensionForm.Leave(ExtensionForm.Enter(value)));
            Assert.InRange(ExtensionForm.Enter(value), 0u, KoalaBear.P - 1);
        }

        Assert.Equal(ExtensionForm.One, ExtensionForm.Enter(1));
        Assert.Equal(1u, unchecked(ExtensionForm.Inverse * KoalaBear.P));
    }

    [Fact]
    public void TheLargestSumOfProductsIsReduced()
    {
        ulong largest = 4UL * (KoalaBear.P - 1) * (KoalaBear.P - 1);
        Assert.Equal(KoalaBear.From(4), ExtensionForm.Reduce(ExtensionForm.Reduce(largest) * (ulong)ExtensionForm.Enter(ExtensionForm.One)));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void ElementwiseKernelsEqualPlainArithmetic(int path)
    {
        ExtensionKernels kernels = ExtensionKernels.For((FieldPath)path);
        Ext4[] a = Elements(83), b = Elements(83);
        Ext4 c = b[5];
        using ExtensionArray x = ExtensionArray.From(_arena, a), y = ExtensionArray.From(_arena, b), d = new(_arena, 83);
        ExtensionConstant constant = ExtensionConstant.From(c);

        kernels.Add(d.Words, x.Words, y.Words, d.Blocks);
        AssertEach(d, i => a[i] + b[i]);
        kernels.Subtract(d.Words, x.Words, y.Words, d.Blocks);
        AssertEach(d, i => a[i] - b[i]);
        kernels.Multiply(d.Words, x.Words, y.Words, d.Blocks);
        AssertEach(d, i => a[i] * b[i]);
        kernels.Multiply(d.Words, x.Words, constant, d.Blocks);
        AssertEach(d, i => a[i] * c);
        kernels.AddMultiple(d.Words, y.Words, constant, d.Blocks);
        AssertEach(d, i => (a[i] + b[i]) * c);
        kernels.Fold(d.Words, x.Words, y.Words, constant, d.Blocks);
        AssertEach(d, i => a[i] + (c * (b[i] - a[i])));
        kernels.Split(x.Words, d.Words, constant, d.Blocks);
        AssertEach(d, i => a[i] * c);
        AssertEach(x, i => a[i] - (a[i] * c));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void SumsEqualPlainArithmetic(int path)
    {
        ExtensionKernels kernels = ExtensionKernels.For((FieldPath)path);
        Ext4[] a = Elements(96), b = Elements(96);
        using ExtensionArray x = ExtensionArray.From(_arena, a), y = ExtensionArray.From(_arena, b);
        Assert.Equal(Sum(96, i => a[i] * b[i]), kernels.Dot(x.Words, y.Words, x.Blocks));

        uint* xs = x.Words + ExtensionArray.WordOf(48), ys = y.Words + ExtensionArray.WordOf(48);
        ExtensionSum sum = default;
        kernels.AddDot(&sum, x.Words, y.Words, 3);
        kernels.AddDotOfDifferences(&sum, x.Words, xs, y.Words, ys, 3);
        Assert.Equal(Sum(48, i => (a[i] * b[i]) + ((a[i + 48] - a[i]) * (b[i + 48] - b[i]))), sum.Leave());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void ManyLargestProductsDontOverflow(int path)
    {
        ExtensionKernels kernels = ExtensionKernels.For((FieldPath)path);
        const uint Most = KoalaBear.P - 1;
        using ExtensionArray x = new(_arena, 1 << 16);
        new Span<uint>(x.Words, 1 << 18).Fill(Most);
        ExtensionSum sum = default;
        for (int i = 0; i < 64; i++)
        {
            kernels.AddDot(&sum, x.Words, x.Words, x.Blocks);
        }

        Ext4 element = x[0];
        Assert.Equal(element * element * KoalaBear.From(1 << 22), sum.Leave());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void IntegersEqualPlainArithmetic(int path)
    {
        ExtensionKernels kernels = ExtensionKernels.For((FieldPath)path);
        int[] integers = [.. Enumerable.Range(0, 74).Select(_ => _random.Next(-(int)(KoalaBear.P - 1), (int)(KoalaBear.P - 1)))];
        (integers[0], integers[1], integers[2]) = (-(int)(KoalaBear.P - 1), (int)(KoalaBear.P - 1), 0);
        Ext4[] b = Elements(74);
        Ext4 c = b[3];
        using ExtensionArray y = ExtensionArray.From(_arena, b), d = new(_arena, 74), half = new(_arena, 37);
        ExtensionConstant constant = ExtensionConstant.ForIntegers(c);
        fixed (int* v = integers)
        {
            kernels.MultiplyIntegers(d.Words, v, constant, 74);
            AssertEach(d, i => c * Ext4.From(integers[i]));
            kernels.AddMultipleOfIntegers(y.Words, v, constant, 74);
            AssertEach(y, i => b[i] + (c * Ext4.From(integers[i])));
            kernels.FoldIntegers(half.Words, v, v + 37, constant, 37);
            AssertEach(half, i => Ext4.From(integers[i]) + (c * (Ext4.From(integers[i + 37]) - Ext4.From(integers[i]))));

            using ExtensionArray low = ExtensionArray.From(_arena, b.AsSpan(0, 37)), high = ExtensionArray.From(_arena, b.AsSpan(37));
            Assert.Equal(Sum(37, i => b[i] * Ext4.From(integers[i])), kernels.DotIntegers(v, low.Words, 37));
            ExtensionSum sum = default;
            kernels.AddDotIntegers(&sum, v, low.Words, 37);
            kernels.AddDotOfDifferencesOfIntegers(&sum, v, v + 37, low.Words, high.Words, 37);
            Assert.Equal(
                Sum(37, i => b[i] * Ext4.From(integers[i]))
                    + Sum(37, i => (b[i + 37] - b[i]) * (Ext4.From(integers[i + 37]) - Ext4.From(integers[i]))),
                sum.LeaveIntegers());
        }
    }

    [Fact]
    public void AnArrayKeepsItsElementsAndReturnsItsMemory()
    {
        Ext4[] elements = Elements(35);
        using (ExtensionArray array = ExtensionArray.From(_arena, elements))
        {
            Assert.Equal(elements, array.ToArray());
            Assert.Equal(3, array.Blocks);
            Assert.Equal(0u, array.Words[ExtensionArray.WordOf(35)]);
            Assert.Throws<ArgumentOutOfRangeException>(() => array[35]);
        }

        long bytes = _arena.Bytes;
        new ExtensionArray(_arena, 40).Dispose();
        Assert.Equal(bytes, _arena.Bytes);
    }

    private static void AssertEach(ExtensionArray actual, Func<int, Ext4> expected)
    {
        Ext4[] elements = [.. Enumerable.Range(0, (int)actual.Length).Select(expected)];
        Assert.Equal(elements, actual.ToArray());
    }

    private static Ext4 Sum(int count, Func<int, Ext4> term) => Enumerable.Range(0, count).Aggregate(Ext4.Zero, (sum, i) => sum + term(i));

    /// <summary>Random elements, the first ones with the largest and smallest coefficients.</summary>
    private Ext4[] Elements(int count)
    {
        Ext4[] elements = [.. Enumerable.Range(0, count).Select(_ => new Ext4(Word(), Word(), Word(), Word()))];
        const uint Most = KoalaBear.P - 1;
        (elements[0], elements[1], elements[2]) = (new(Most, Most, Most, Most), Ext4.Zero, Ext4.One);
        return elements;
    }

    private uint Word() => (uint)_random.NextInt64(KoalaBear.P);
}
