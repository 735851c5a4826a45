using System.Runtime.CompilerServices;
using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <inheritdoc cref="ExtensionKernels"/>
internal sealed unsafe partial class ExtensionKernels<TS, TV>
{
    /// <summary>Blocks that stay in the first-level cache while they are used twice.</summary>
    private const int TileBlocks = 4;

    [SkipLocalsInit]
    public override void AddWeighted(ExtensionSum* sum, uint* e, in LayerTile tile, long blocks)
    {
        // The values go through the first-level cache: with the sums there would be too many numbers for the registers.
        uint* memory = stackalloc uint[(TileBlocks * BlockWords) + BlockElements];
        uint* values = Aligned(memory);
        for (long i = 0; i < blocks; i += TileBlocks)
        {
            long at = i * BlockWords;
            long count = Math.Min(TileBlocks, blocks - i);
            SumOfProducts(values, tile.A + at, tile.B + at, tile.C + at, tile.D + at, count);
            AddDot(sum, e + at, values, count);
        }
    }

    [SkipLocalsInit]
    public override void AddWeightedDifferences(ExtensionSum* sum, uint* e, in LayerTile tile, long blocks)
    {
        const int Words = TileBlocks * BlockWords;
        uint* memory = stackalloc uint[(4 * Words) + BlockElements];
        uint* a = Aligned(memory);
        uint* b = a + Words;
        uint* c = b + Words;
        uint* d = c + Words;
        for (long i = 0; i < blocks; i += TileBlocks)
        {
            long at = i * BlockWords;
            long count = Math.Min(TileBlocks, blocks - i);
            Subtract(a, tile.AHigh + at, tile.A + at, count);
            Subtract(b, tile.BHigh + at, tile.B + at, count);
            Subtract(c, tile.CHigh + at, tile.C + at, count);
            Subtract(d, tile.DHigh + at, tile.D + at, count);
            SumOfProducts(a, a, b, c, d, count);
            AddDot(sum, e + at, a, count);
        }
    }

    public override void AddFractions(uint* p, uint* q, uint* p0, uint* p1, uint* q0, uint* q1, long blocks)
    {
        // Two passes over what is in the cache.
        for (long i = 0; i < blocks; i += TileBlocks)
        {
            long count = Math.Min(TileBlocks, blocks - i);
            long at = i * BlockWords;
            SumOfProducts(p + at, p0 + at, q1 + at, p1 + at, q0 + at, count);
            Multiply(q + at, q0 + at, q1 + at, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddBaseFractions(uint* p, uint* q, uint* p0, uint* p1, uint* q0, uint* q1, long blocks)
    {
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockWords) + j;
                ExtensionVector<TS, TV> x = ExtensionVector<TS, TV>.Load(q0 + at);
                ExtensionVector<TS, TV> y = ExtensionVector<TS, TV>.Load(q1 + at);
                TV v = TS.Load(p0 + (i * BlockElements) + j);
                TV w = TS.Load(p1 + (i * BlockElements) + j);
                ExtensionVector<TS, TV>.Store(p + at, new(
                    TwoProducts(v, y.C0, w, x.C0), TwoProducts(v, y.C1, w, x.C1),
                    TwoProducts(v, y.C2, w, x.C2), TwoProducts(v, y.C3, w, x.C3)));
                ExtensionVector<TS, TV>.Store(q + at, x * y);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyAddBase(uint* d, uint* a, in ExtensionConstant c, uint* v, long blocks)
    {
        ExtensionConstant constant = c;
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockWords) + j;
                ExtensionVector<TS, TV> product = ExtensionVector<TS, TV>.Load(a + at) * constant;
                TV first = ExtensionVector<TS, TV>.BaseAdd(product.C0, TS.Load(v + (i * BlockElements) + j));
                ExtensionVector<TS, TV>.Store(d + at, new(first, product.C1, product.C2, product.C3));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void FoldBase(uint* d, uint* low, uint* high, in ExtensionConstant r, long blocks)
    {
        ExtensionConstant constant = r;
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                TV x = TS.Load(low + (i * BlockElements) + j);
                TV y = TS.Load(high + (i * BlockElements) + j);
                ExtensionVector<TS, TV> product = ExtensionVector<TS, TV>.Scale(ExtensionVector<TS, TV>.BaseSub(y, x), constant);
                ExtensionVector<TS, TV>.Store(
                    d + (i * BlockWords) + j,
                    new(ExtensionVector<TS, TV>.BaseAdd(product.C0, x), product.C1, product.C2, product.C3));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void EnterNegated(uint* d, int* v, long count)
    {
        TV one = TS.Broadcast(ExtensionConstant.ForIntegers(Ext4.One).C0);
        for (long i = 0; i < count; i += TS.Count)
        {
            // The residue of 0 - v: v itself may be negative.
            TV negated = ExtensionVector<TS, TV>.BaseSub(TS.Zero, ExtensionVector<TS, TV>.Residues(TS.Load((uint*)v + i)));
            TS.Store(d + i, ExtensionVector<TS, TV>.ReduceProduct(TS.MulEven(negated, one), TS.MulEven(TS.Odd(negated), one)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Combine(uint* d, Ext4? first, int** v, ExtensionConstant* c, int rows, long blocks)
    {
        // Rows that aren't given are multiplied by zeros.
        ExtensionConstant none = default;
        ExtensionConstant* c0 = rows > 0 ? c : &none;
        ExtensionConstant* c1 = rows > 1 ? c + 1 : &none;
        int* v0 = v[0];
        int* v1 = rows > 1 ? v[1] : v0;
        if (rows > 2)
        {
            Combine(d, first, v0, v1, v[2], rows > 3 ? v[3] : v0, c, rows > 3 ? c + 3 : &none, blocks);
            return;
        }

        Ext4 sum = first ?? Ext4.Zero;
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                TV x = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)v0 + (i * BlockElements) + j));
                TV y = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)v1 + (i * BlockElements) + j));
                uint* at = d + (i * BlockWords) + j;
                ExtensionVector<TS, TV> value = new(
                    TwoProducts(x, TS.Broadcast(c0->C0), y, TS.Broadcast(c1->C0)),
                    TwoProducts(x, TS.Broadcast(c0->C1), y, TS.Broadcast(c1->C1)),
                    TwoProducts(x, TS.Broadcast(c0->C2), y, TS.Broadcast(c1->C2)),
                    TwoProducts(x, TS.Broadcast(c0->C3), y, TS.Broadcast(c1->C3)));
                ExtensionVector<TS, TV>.Store(at, value + (first is null ? ExtensionVector<TS, TV>.Load(at) : Broadcast(sum)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Combine(
        uint* d, Ext4? first, int* v0, int* v1, int* v2, int* v3, ExtensionConstant* c, ExtensionConstant* last, long blocks)
    {
        Ext4 sum = first ?? Ext4.Zero;
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockElements) + j;
                TV x = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)v0 + at));
                TV y = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)v1 + at));
                TV z = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)v2 + at));
                TV w = ExtensionVector<TS, TV>.Residues(TS.Load((uint*)v3 + at));
                uint* to = d + (i * BlockWords) + j;
                ExtensionVector<TS, TV> value = new(
                    FourProducts(x, c[0].C0, y, c[1].C0, z, c[2].C0, w, last->C0),
                    FourProducts(x, c[0].C1, y, c[1].C1, z, c[2].C1, w, last->C1),
                    FourProducts(x, c[0].C2, y, c[1].C2, z, c[2].C2, w, last->C2),
                    FourProducts(x, c[0].C3, y, c[1].C3, z, c[2].C3, w, last->C3));
                ExtensionVector<TS, TV>.Store(to, value + (first is null ? ExtensionVector<TS, TV>.Load(to) : Broadcast(sum)));
            }
        }
    }

    private static uint* Aligned(uint* memory) => (uint*)(((nint)memory + (NativeArena.Alignment - 1)) & -NativeArena.Alignment);

    /// <summary>to = a*b + c*d, with one reduction for each coefficient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumOfProducts(uint* to, uint* a, uint* b, uint* c, uint* d, long blocks)
    {
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockWords) + j;
                TV b0 = TS.Load(b + at), b1 = TS.Load(b + at + 16);
                TV b2 = TS.Load(b + at + 32), b3 = TS.Load(b + at + 48);
                TV t1 = ExtensionVector<TS, TV>.BaseTriple(b1);
                TV t2 = ExtensionVector<TS, TV>.BaseTriple(b2);
                TV t3 = ExtensionVector<TS, TV>.BaseTriple(b3);
                TV a0 = TS.Load(a + at), a1 = TS.Load(a + at + 16);
                TV a2 = TS.Load(a + at + 32), a3 = TS.Load(a + at + 48);
                ExtensionVector<TS, TV>.RawProduct(
                    a0, a1, a2, a3, b0, b1, b2, b3, t1, t2, t3, out TV e0, out TV e1, out TV e2, out TV e3);
                ExtensionVector<TS, TV>.RawProduct(
                    TS.Odd(a0), TS.Odd(a1), TS.Odd(a2), TS.Odd(a3),
                    TS.Odd(b0), TS.Odd(b1), TS.Odd(b2), TS.Odd(b3), TS.Odd(t1), TS.Odd(t2), TS.Odd(t3),
                    out TV o0, out TV o1, out TV o2, out TV o3);

                b0 = TS.Load(d + at);
                b1 = TS.Load(d + at + 16);
                b2 = TS.Load(d + at + 32);
                b3 = TS.Load(d + at + 48);
                t1 = ExtensionVector<TS, TV>.BaseTriple(b1);
                t2 = ExtensionVector<TS, TV>.BaseTriple(b2);
                t3 = ExtensionVector<TS, TV>.BaseTriple(b3);
                a0 = TS.Load(c + at);
                a1 = TS.Load(c + at + 16);
                a2 = TS.Load(c + at + 32);
                a3 = TS.Load(c + at + 48);
                ExtensionVector<TS, TV>.AddRawProduct(
                    a0, a1, a2, a3, b0, b1, b2, b3, t1, t2, t3, ref e0, ref e1, ref e2, ref e3);
                ExtensionVector<TS, TV>.AddRawProduct(
                    TS.Odd(a0), TS.Odd(a1), TS.Odd(a2), TS.Odd(a3),
                    TS.Odd(b0), TS.Odd(b1), TS.Odd(b2), TS.Odd(b3), TS.Odd(t1), TS.Odd(t2), TS.Odd(t3),
                    ref o0, ref o1, ref o2, ref o3);
                TS.Store(to + at, ExtensionVector<TS, TV>.Reduce(e0, o0));
                TS.Store(to + at + 16, ExtensionVector<TS, TV>.Reduce(e1, o1));
                TS.Store(to + at + 32, ExtensionVector<TS, TV>.Reduce(e2, o2));
                TS.Store(to + at + 48, ExtensionVector<TS, TV>.Reduce(e3, o3));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ExtensionVector<TS, TV> Broadcast(Ext4 form) =>
        new(TS.Broadcast(form.C0), TS.Broadcast(form.C1), TS.Broadcast(form.C2), TS.Broadcast(form.C3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV TwoProducts(TV a, TV b, TV c, TV d) => ExtensionVector<TS, TV>.Reduce(
        TS.Add64(TS.MulEven(a, b), TS.MulEven(c, d)),
        TS.Add64(TS.MulEven(TS.Odd(a), TS.Odd(b)), TS.MulEven(TS.Odd(c), TS.Odd(d))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV FourProducts(TV a, uint x, TV b, uint y, TV c, uint z, TV d, uint w)
    {
        TV e = TS.Broadcast(x), f = TS.Broadcast(y), g = TS.Broadcast(z), h = TS.Broadcast(w);
        return ExtensionVector<TS, TV>.Reduce(
            ExtensionVector<TS, TV>.Dot(a, e, b, f, c, g, d, h),
            ExtensionVector<TS, TV>.Dot(TS.Odd(a), e, TS.Odd(b), f, TS.Odd(c), g, TS.Odd(d), h));
    }
}
