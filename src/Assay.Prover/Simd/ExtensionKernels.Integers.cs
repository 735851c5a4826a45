using System.Runtime.CompilerServices;
using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <inheritdoc cref="ExtensionKernels"/>
internal sealed unsafe partial class ExtensionKernels<TS, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyIntegers(uint* d, int* v, in ExtensionConstant c, long count)
    {
        ExtensionConstant constant = c;
        int* tail = stackalloc int[BlockElements];
        for (long i = 0; i < count; i += BlockElements)
        {
            int* source = Block(v, i, count, tail);
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                TV integers = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)source + j));
                ExtensionVector<TS, TV>.Store(d + (4 * i) + j, ExtensionVector<TS, TV>.Scale(integers, constant));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddMultipleOfIntegers(uint* d, int* v, in ExtensionConstant c, long count)
    {
        ExtensionConstant constant = c;
        int* tail = stackalloc int[BlockElements];
        for (long i = 0; i < count; i += BlockElements)
        {
            int* source = Block(v, i, count, tail);
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                uint* at = d + (4 * i) + j;
                TV integers = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)source + j));
                ExtensionVector<TS, TV> product = ExtensionVector<TS, TV>.Scale(integers, constant);
                ExtensionVector<TS, TV>.Store(at, ExtensionVector<TS, TV>.Load(at) + product);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void FoldIntegers(uint* d, int* low, int* high, in ExtensionConstant r, long count)
    {
        ExtensionConstant constant = r;
        ExtensionConstant one = ExtensionConstant.ForIntegers(Ext4.One);
        int* tails = stackalloc int[2 * BlockElements];
        for (long i = 0; i < count; i += BlockElements)
        {
            int* lows = Block(low, i, count, tails);
            int* highs = Block(high, i, count, tails + BlockElements);
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                TV x = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)lows + j));
                TV y = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)highs + j));
                ExtensionVector<TS, TV> product = ExtensionVector<TS, TV>.Scale(ExtensionVector<TS, TV>.BaseSub(y, x), constant);
                TV entered = ExtensionVector<TS, TV>.ReduceProduct(
                    TS.MulEven(x, TS.Broadcast(one.C0)), TS.MulEven(TS.Odd(x), TS.Broadcast(one.C0)));
                ExtensionVector<TS, TV>.Store(
                    d + (4 * i) + j,
                    new(ExtensionVector<TS, TV>.BaseAdd(product.C0, entered), product.C1, product.C2, product.C3));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddDotIntegers(ExtensionSum* sum, int* v, uint* b, long count)
    {
        int* tail = stackalloc int[BlockElements];
        ExtensionSums<TS, TV>.Load(
            sum, out TV s0, out TV h0, out TV s1, out TV h1, out TV s2, out TV h2, out TV s3, out TV h3);
        for (long i = 0; i < count; i += BlockElements)
        {
            int* source = Block(v, i, count, tail);
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                TV integers = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)source + j));
                AddProduct(
                    ref s0, ref h0, ref s1, ref h1, ref s2, ref h2, ref s3, ref h3,
                    integers, ExtensionVector<TS, TV>.Load(b + (4 * i) + j));
            }
        }

        ExtensionSums<TS, TV>.Store(sum, s0, h0, s1, h1, s2, h2, s3, h3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddDotOfDifferencesOfIntegers(ExtensionSum* sum, int* lowV, int* highV, uint* lowB, uint* highB, long count)
    {
        int* tails = stackalloc int[2 * BlockElements];
        ExtensionSums<TS, TV>.Load(
            sum, out TV s0, out TV h0, out TV s1, out TV h1, out TV s2, out TV h2, out TV s3, out TV h3);
        for (long i = 0; i < count; i += BlockElements)
        {
            int* lows = Block(lowV, i, count, tails);
            int* highs = Block(highV, i, count, tails + BlockElements);
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                TV x = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)lows + j));
                TV y = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)highs + j));
                long at = (4 * i) + j;
                AddProduct(
                    ref s0, ref h0, ref s1, ref h1, ref s2, ref h2, ref s3, ref h3,
                    ExtensionVector<TS, TV>.BaseSub(y, x),
                    ExtensionVector<TS, TV>.Load(highB + at) - ExtensionVector<TS, TV>.Load(lowB + at));
            }
        }

        ExtensionSums<TS, TV>.Store(sum, s0, h0, s1, h1, s2, h2, s3, h3);
    }

    /// <summary>Where 16 integers from number <paramref name="start"/> on are: in place, or copied and filled up with zeros.</summary>
    private static int* Block(int* integers, long start, long count, int* tail)
    {
        if (count - start >= BlockElements)
        {
            return integers + start;
        }

        new Span<int>(tail, BlockElements).Clear();
        new ReadOnlySpan<int>(integers + start, (int)(count - start)).CopyTo(new Span<int>(tail, BlockElements));
        return tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(
        ref TV s0, ref TV h0, ref TV s1, ref TV h1, ref TV s2, ref TV h2, ref TV s3, ref TV h3, TV integers, ExtensionVector<TS, TV> b)
    {
        TV odd = TS.Odd(integers);
        ExtensionSums<TS, TV>.Add(ref s0, ref h0, TS.MulEven(integers, b.C0), TS.MulEven(odd, TS.Odd(b.C0)));
        ExtensionSums<TS, TV>.Add(ref s1, ref h1, TS.MulEven(integers, b.C1), TS.MulEven(odd, TS.Odd(b.C1)));
        ExtensionSums<TS, TV>.Add(ref s2, ref h2, TS.MulEven(integers, b.C2), TS.MulEven(odd, TS.Odd(b.C2)));
        ExtensionSums<TS, TV>.Add(ref s3, ref h3, TS.MulEven(integers, b.C3), TS.MulEven(odd, TS.Odd(b.C3)));
    }
}
