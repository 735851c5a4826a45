using System.Runtime.CompilerServices;
using Assay.Proofs.Circuits;

namespace Assay.Prover.Witness;

/// <summary>A number cut into parts, lowest first; the last one takes what remains.</summary>
/// <remarks>Safety: all columns have the box's size; positions lie in the box.</remarks>
internal sealed unsafe class DigitsSink(WitnessStep.Digits step) : IRunSink
{
    private readonly (int Column, int Bits)[] _columns = [.. step.Columns];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(int** columns, int* values, long start, int count)
    {
        int from = step.Skip;
        for (int part = 0; part < _columns.Length; part++)
        {
            int* column = columns[_columns[part].Column] + start;
            int mask = part == _columns.Length - 1 ? -1 : (1 << _columns[part].Bits) - 1;
            for (int i = 0; i < count; i++)
            {
                column[i] = (values[i] >> from) & mask;
            }

            from += _columns[part].Bits;
        }
    }
}
