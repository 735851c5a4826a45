using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <summary>Loops over blocks of 16 elements in array form (<see cref="ExtensionForm"/>), one object for each instruction set. All give
/// the same canonical results.</summary>
/// <remarks>Safety: a pointer to elements is to the start of a block, with as many blocks behind it as the call says; a pointer to
/// integers has as many integers behind it as the call says. Destinations may be one of the sources, but not overlap them
/// otherwise.</remarks>
internal abstract unsafe class ExtensionKernels
{
    /// <summary>Words in a block.</summary>
    public const int BlockWords = 64;

    /// <summary>Elements in a block.</summary>
    public const int BlockElements = 16;

    /// <summary>The fastest that this machine can run.</summary>
    public static ExtensionKernels Default { get; } = For(
        Avx512F.IsSupported ? FieldPath.Avx512 : Avx2.IsSupported ? FieldPath.Avx2 : FieldPath.Portable);

    /// <summary>Which instructions these use.</summary>
    public abstract FieldPath Path { get; }

    /// <summary>Those of one path; on a machine without its instructions they are slow, but give the same.</summary>
    public static ExtensionKernels For(FieldPath path) => path switch
    {
        FieldPath.Avx512 => new ExtensionKernels<Lanes512, Vector512<uint>>(path),
        FieldPath.Avx2 => new ExtensionKernels<Lanes256, Vector256<uint>>(path),
        _ => new ExtensionKernels<Lanes128, Vector128<uint>>(path),
    };

    /// <summary>The paths that this machine has instructions for.</summary>
    public static IEnumerable<FieldPath> Supported()
    {
        yield return FieldPath.Portable;
        if (Avx2.IsSupported)
        {
            yield return FieldPath.Avx2;
        }

        if (Avx512F.IsSupported)
        {
            yield return FieldPath.Avx512;
        }
    }

    /// <summary>d = a + b.</summary>
    public abstract void Add(uint* d, uint* a, uint* b, long blocks);

    /// <summary>d = a - b.</summary>
    public abstract void Subtract(uint* d, uint* a, uint* b, long blocks);

    /// <summary>d = a * b.</summary>
    public abstract void Multiply(uint* d, uint* a, uint* b, long blocks);

    /// <summary>d = a * c.</summary>
    public abstract void Multiply(uint* d, uint* a, in ExtensionConstant c, long blocks);

    /// <summary>d += a * c.</summary>
    public abstract void AddMultiple(uint* d, uint* a, in ExtensionConstant c, long blocks);

    /// <summary>d = low + r * (high - low).</summary>
    public abstract void Fold(uint* d, uint* low, uint* high, in ExtensionConstant r, long blocks);

    /// <summary>high = low * z, low = low - high: one more bit of an eq table.</summary>
    public abstract void Split(uint* low, uint* high, in ExtensionConstant z, long blocks);

    /// <summary>d = c * v for signed integers larger than -p and smaller than p; the rest of the last block is 0.</summary>
    /// <param name="c">Made by <see cref="ExtensionConstant.ForIntegers"/>.</param>
    public abstract void MultiplyIntegers(uint* d, int* v, in ExtensionConstant c, long count);

    /// <summary>d += c * v.</summary>
    /// <inheritdoc cref="MultiplyIntegers"/>
    public abstract void AddMultipleOfIntegers(uint* d, int* v, in ExtensionConstant c, long count);

    /// <summary>d = low + r * (high - low) for signed integers larger than -p and smaller than p.</summary>
    /// <param name="r">Made by <see cref="ExtensionConstant.ForIntegers"/>.</param>
    /// <param name="count">Of integers in each half; the rest of the last block is 0.</param>
    public abstract void FoldIntegers(uint* d, int* low, int* high, in ExtensionConstant r, long count);

    /// <summary>sum += Σ a * b.</summary>
    public abstract void AddDot(ExtensionSum* sum, uint* a, uint* b, long blocks);

    /// <summary>sum += Σ (highA - lowA) * (highB - lowB).</summary>
    public abstract void AddDotOfDifferences(ExtensionSum* sum, uint* lowA, uint* highA, uint* lowB, uint* highB, long blocks);

    /// <summary>sum += Σ v * b for signed integers larger than -p and smaller than p; for
    /// <see cref="ExtensionSum.LeaveIntegers"/>.</summary>
    public abstract void AddDotIntegers(ExtensionSum* sum, int* v, uint* b, long count);

    /// <summary>sum += Σ (highV - lowV) * (highB - lowB), likewise.</summary>
    public abstract void AddDotOfDifferencesOfIntegers(ExtensionSum* sum, int* lowV, int* highV, uint* lowB, uint* highB, long count);

    /// <summary>sum += Σ e * (a*b + c*d) over the low halves of four tables.</summary>
    public abstract void AddWeighted(ExtensionSum* sum, uint* e, in LayerTile tile, long blocks);

    /// <summary>The same with the differences, high minus low.</summary>
    public abstract void AddWeightedDifferences(ExtensionSum* sum, uint* e, in LayerTile tile, long blocks);

    /// <summary>p = p0*q1 + p1*q0, q = q0*q1: sums of fractions.</summary>
    public abstract void AddFractions(uint* p, uint* q, uint* p0, uint* p1, uint* q0, uint* q1, long blocks);

    /// <summary>The same where p0 and p1 are numbers of the base field in array form, 16 for each block.</summary>
    public abstract void AddBaseFractions(uint* p, uint* q, uint* p0, uint* p1, uint* q0, uint* q1, long blocks);

    /// <summary>d = a * c + v, where v are numbers of the base field in array form.</summary>
    public abstract void MultiplyAddBase(uint* d, uint* a, in ExtensionConstant c, uint* v, long blocks);

    /// <summary>d = low + r * (high - low), where low and high are numbers of the base field in array form.</summary>
    public abstract void FoldBase(uint* d, uint* low, uint* high, in ExtensionConstant r, long blocks);

    /// <summary>The array form of -v, for integers larger than -p and smaller than p. Words, not blocks of elements.</summary>
    /// <param name="count">A multiple of 16.</param>
    public abstract void EnterNegated(uint* d, int* v, long count);

    /// <summary>d = first + Σ_j c_j * v_j for up to four rows of integers larger than -p and smaller than p.</summary>
    /// <param name="v">Rows of 16 integers for each block.</param>
    /// <param name="c">Made by <see cref="ExtensionConstant.ForIntegers"/>.</param>
    /// <param name="first">In array form; null: what d holds.</param>
    public abstract void Combine(uint* d, Ext4? first, int** v, ExtensionConstant* c, int rows, long blocks);

    /// <summary>Σ a * b.</summary>
    public Ext4 Dot(uint* a, uint* b, long blocks)
    {
        ExtensionSum sum = default;
        AddDot(&sum, a, b, blocks);
        return sum.Leave();
    }

    /// <summary>Σ v * b for signed integers larger than -p and smaller than p.</summary>
    public Ext4 DotIntegers(int* v, uint* b, long count)
    {
        ExtensionSum sum = default;
        AddDotIntegers(&sum, v, b, count);
        return sum.LeaveIntegers();
    }
}
