using Assay.Node.Serving;
using Assay.Receipts;

namespace Assay.Node.Tests.Attesting;

/// <summary>Runs the tiny model, and something else first.</summary>
internal sealed class HookedRunner(Action before) : IModelRunner
{
    private readonly ExactRunner _honest = new(TestModels.Tiny());

    public string Backend => _honest.Backend;

    public string Semantics => _honest.Semantics;

    public string InstructionSet => _honest.InstructionSet;

    public RunOutcome Run(IReadOnlyList<TensorValue> inputs)
    {
        before();
        return _honest.Run(inputs);
    }

    public void Dispose() => _honest.Dispose();

    internal ServedModel Serve() => ServedModels.Create(TestModels.Tiny(), new ModelTerms("tiny", "entertainment", null, true), "adds and subtracts", "{}"u8.ToArray(), this);
}
