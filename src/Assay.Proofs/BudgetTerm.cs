namespace Assay.Proofs;

/// <summary>One line of a security budget.</summary>
/// <param name="Step">What can go wrong there.</param>
/// <param name="Error">The probability's bound.</param>
public sealed record BudgetTerm(string Step, double Error)
{
    /// <summary>The error in bits; infinite for 0.</summary>
    public double Bits => -Math.Log2(Error);
}
