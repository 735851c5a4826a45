using Assay.Client;
using Assay.Programs;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Replayer.Rules;

/// <summary>How much a peer does for one receipt: nothing stops a program once it runs.</summary>
internal static class WorkRule
{
    /// <summary>Whether a model's run on these inputs stays under the limit. Inputs that the program refuses cost nothing.</summary>
    public static bool IsWithin(ExactProgram program, IReadOnlyList<TensorValue> inputs, long maximum) =>
        !ProgramTensors.TryBind(program, inputs, out _, out int batch)
        || (ReplayTensors.OutputsFit(program, batch) && Math.Max(program.Work, 1) <= maximum / batch);
}
