using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <summary>Sums of raw products that are never reduced on the way (<see cref="ExtensionSums{TS, TV}"/>), kept between calls: for each
/// coefficient up to eight 64-bit sums S that may wrap, and eight sums H of the products' high words. Starts as
/// <c>default</c>.</summary>
internal unsafe struct ExtensionSum
{
    /// <summary>Sums of each kind for one coefficient.</summary>
    public const int Lanes = 8;

    private fixed ulong _low[4 * Lanes];
    private fixed ulong _high[4 * Lanes];

    /// <summary>Where the sums S are, coefficient by coefficient.</summary>
    public static uint* Low(ExtensionSum* sum) => (uint*)sum->_low;

    /// <summary>Where the sums H are.</summary>
    public static uint* High(ExtensionSum* sum) => (uint*)sum->_high;

    /// <summary>A sum of products of elements in array form, in standard form.</summary>
    public readonly Ext4 Leave() => new(LeaveProduct(0), LeaveProduct(1), LeaveProduct(2), LeaveProduct(3));

    /// <summary>A sum of products of integers in standard form and elements in array form, in standard form.</summary>
    public readonly Ext4 LeaveIntegers() => ExtensionForm.Leave(new Ext4(Residue(0), Residue(1), Residue(2), Residue(3)));

    private readonly uint LeaveProduct(int coefficient) => ExtensionForm.Leave(ExtensionForm.Leave(Residue(coefficient)));

    private readonly uint Residue(int coefficient)
    {
        // S - (H << 32) is the sum of low words, exactly; for up to 2^31 products all these sums stay in 64 bits.
        ulong low = 0;
        ulong high = 0;
        for (int i = coefficient * Lanes; i < (coefficient + 1) * Lanes; i++)
        {
            low += _low[i] - (_high[i] << 32);
            high += _high[i];
        }

        return (uint)(((low % ExtensionForm.P) + (high % ExtensionForm.P * ExtensionForm.One)) % ExtensionForm.P);
    }
}
