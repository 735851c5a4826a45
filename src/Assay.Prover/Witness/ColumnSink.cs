namespace Assay.Prover.Witness;

/// <summary>The values are the column.</summary>
/// <remarks>Safety: the column has the box's size.</remarks>
internal sealed unsafe class ColumnSink(int column) : IRunSink
{
    /// <inheritdoc/>
    public void Fill(int** columns, int* values, long start, int count) =>
        new ReadOnlySpan<int>(values, count).CopyTo(new(columns[column] + start, count));
}
