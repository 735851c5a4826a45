namespace Assay.Prover.Witness;

/// <summary>What becomes of the values that a relation leaves for its unknown columns.</summary>
internal unsafe interface IRunSink
{
    /// <summary>Fills the columns at some positions.</summary>
    /// <param name="columns">All columns.</param>
    /// <param name="values">The values there; may be overwritten.</param>
    /// <param name="start">The first position of the box, row-major.</param>
    /// <param name="count">How many.</param>
    void Fill(int** columns, int* values, long start, int count);
}
