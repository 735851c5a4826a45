using System.Runtime.InteropServices;
using Assay.Node.Serving;
using Assay.Receipts;

namespace Assay.Node.Tests.Releasing;

/// <summary>Signs what the model wouldn't say.</summary>
internal sealed class LyingRunner : IModelRunner
{
    private readonly ExactRunner _honest = new(TestModels.Tiny());

    public string Backend => _honest.Backend;

    public string Semantics => _honest.Semantics;

    public string InstructionSet => _honest.InstructionSet;

    public RunOutcome Run(IReadOnlyList<TensorValue> inputs)
    {
        RunOutcome run = _honest.Run(inputs);
        byte[] data = run.Outputs[0].Data.ToArray();
        MemoryMarshal.Cast<byte, float>(data.AsSpan())[0] += 1;
        return run with { Outputs = [TensorValue.Create(run.Outputs[0].Name, run.Outputs[0].Shape, data)] };
    }

    public void Dispose() => _honest.Dispose();
}
