using Assay.Proofs.Circuits;
using Assay.Prover.Threading;

namespace Assay.Prover.Witness;

/// <summary>A softmax's reciprocal: <c>2^k = R*S + q</c> (spec/proof-system.md, section 5.9).</summary>
/// <remarks>Safety: all columns have one element for each row.</remarks>
internal sealed unsafe class ReciprocalTask(WitnessStep.Reciprocal step, long rows) : IWitnessTask
{
    private const int PartBits = 12;
    private const int PartMask = (1 << PartBits) - 1;

    /// <inheritdoc/>
    public void Run(int** columns, WitnessScratch scratch, WorkerTeam team)
    {
        long one = 1L << step.Bits;
        for (long row = 0; row < rows; row++)
        {
            int sum = columns[step.Sum][row];
            long reciprocal = one / sum;
            int rest = (int)(one - (reciprocal * sum));
            int gap = sum - 1 - rest;
            for (int limb = 0; limb < step.Limbs.Length; limb++)
            {
                columns[step.Limbs[limb]][row] = (int)((reciprocal >> (limb * step.LimbBits)) & ((1L << step.LimbBits) - 1));
            }

            columns[step.Rest.Low][row] = rest & PartMask;
            columns[step.Rest.High][row] = rest >> PartBits;
            columns[step.Gap.Low][row] = gap & PartMask;
            columns[step.Gap.High][row] = gap >> PartBits;
        }
    }
}
