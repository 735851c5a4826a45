namespace Assay.Proofs.Commitments;

/// <summary>How many columns of a code of rate 1/4 are opened (spec/proof-system.md, section 7).</summary>
public static class CodeQueries
{
    /// <summary>Bits that are proved by work before the positions are drawn.</summary>
    public const int GrindingBits = 12;

    /// <summary>2^-89.5: with the work, each opening errs with less than 2^-101.5.</summary>
    private const double Target = 1.142392617973219e-27;

    /// <summary>Q: the least number of positions for which the error is small enough, or all.</summary>
    /// <param name="codeLength">n, four times the number of coefficients.</param>
    public static int Count(int codeLength) => Run(codeLength).Count;

    /// <summary>The probability that Q distinct random positions of a codeword all miss what is wrong:
    /// <c>Π (g-i)/(n-i)</c>; unique decoding, no conjecture.</summary>
    public static double Error(int codeLength) => Run(codeLength).Error;

    private static (int Count, double Error) Run(int n)
    {
        int e = (n - (n / 4)) / 2;
        int g = n - e - 1;
        double error = 1.0;
        int count = 0;
        while (error > Target && count < n)
        {
            error *= (double)Math.Max(0, g - count) / (n - count);
            count++;
        }

        return (count, error);
    }
}
