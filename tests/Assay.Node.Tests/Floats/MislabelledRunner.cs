using Assay.Node.Serving;
using Assay.Receipts;

namespace Assay.Node.Tests.Floats;

/// <summary>Runs a float model and calls it an exact program.</summary>
internal sealed class MislabelledRunner(FloatRunner floats) : IModelRunner
{
    public string Backend => "assay-exact/0.1.0";

    public string Semantics => WellKnown.FixedPointV1;

    public string InstructionSet => "avx2";

    public RunOutcome Run(IReadOnlyList<TensorValue> inputs) => floats.Run(inputs) with { Saturated = 0 };

    public void Dispose() => floats.Dispose();
}
