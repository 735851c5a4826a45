namespace Assay.Node.Serving;

/// <summary>
/// Runs a model. The runner never signs and knows nothing of receipts; what it hands back is the execution transcript.
/// </summary>
public interface IModelRunner : IDisposable
{
    /// <summary>Name and version of the implementation, for receipts: <c>assay-exact/0.1.0</c>.</summary>
    string Backend { get; }

    /// <summary>The semantics that it implements: <c>fixed-point/v1</c>.</summary>
    string Semantics { get; }

    /// <summary>The instruction set in use, for receipts; the bytes don't depend on it.</summary>
    string InstructionSet { get; }

    /// <summary>Runs a batch.</summary>
    /// <param name="inputs">All inputs in the program's order, each <c>[batch, shape of an item]</c>, row-major binary32.</param>
    /// <param name="batch">Number of items, at least 1.</param>
    /// <returns>Outputs in the same layout and clamped input elements, or a refusal code of the boundary.</returns>
    RunOutcome Run(ReadOnlySpan<float> inputs, int batch);
}
