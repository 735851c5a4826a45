using Assay.Node.Serving;

namespace Assay.Node.Tests.Releasing;

/// <summary>Signs what the model wouldn't say.</summary>
internal sealed class LyingRunner : IModelRunner
{
    private readonly ExactRunner _honest = new(TestModels.Tiny());

    public string Backend => _honest.Backend;

    public string Semantics => _honest.Semantics;

    public string InstructionSet => _honest.InstructionSet;

    public RunOutcome Run(ReadOnlySpan<float> inputs, int batch)
    {
        RunOutcome run = _honest.Run(inputs, batch);
        run.Outputs[0] += 1;
        return run;
    }

    public void Dispose() => _honest.Dispose();
}
