namespace Assay.Proofs.Circuits;

/// <summary>A public table of tuples (spec, section 5.1). Its place in the circuit, from 1, is its tag.</summary>
public abstract record ProofTable
{
    /// <summary>Rows, 1 to 2^22.</summary>
    public abstract int Rows { get; }

    /// <summary>One row.</summary>
    public abstract (int C0, int C1, int C2) Row(int index);

    /// <summary>The row that holds a tuple, or -1.</summary>
    public abstract int Find(long c0, long c1, long c2);
}
