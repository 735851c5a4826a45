using Assay.Receipts;

namespace Assay.Node.Serving;

/// <summary>
/// Runs a model. The runner never signs and knows nothing of receipts; what it hands back is the execution transcript.
/// </summary>
public interface IModelRunner : IDisposable
{
    /// <summary>Name and version of the implementation, for receipts: <c>assay-exact/0.1.0</c>.</summary>
    string Backend { get; }

    /// <summary>The semantics that it implements: <c>fixed-point/v1</c>, <c>float32/onnxruntime</c>.</summary>
    string Semantics { get; }

    /// <summary>The instruction set in use, for receipts; an exact model's bytes don't depend on it.</summary>
    string InstructionSet { get; }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">All inputs in the model's order, each fitting its port; of an exact model all with one batch.</param>
    /// <returns>All outputs, or a refusal.</returns>
    RunOutcome Run(IReadOnlyList<TensorValue> inputs);
}
