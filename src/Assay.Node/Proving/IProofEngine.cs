using Assay.Programs;

namespace Assay.Node.Proving;

/// <summary>Makes proofs for one model. Whatever it hands out it has verified; a failure is a value.</summary>
internal interface IProofEngine : IDisposable
{
    /// <summary>The model's program: what receipts' tensors are converted by.</summary>
    ExactProgram Program { get; }

    /// <summary>The proof key's bytes.</summary>
    ReadOnlyMemory<byte> Key { get; }

    /// <summary>Most runs in a proof: by the security budget, and by the memory that the node allows.</summary>
    int MaximumBatch { get; }

    /// <summary>Why it can't prove anything, as a stable code; null as long as nothing is known against it.</summary>
    string? Unusable { get; }

    /// <summary>Commits to the weights and proves something once or twice, so that the first caller doesn't wait for that; how long a proof of one run takes, or null if it can't be said.</summary>
    TimeSpan? Prepare(CancellationToken cancellation);

    /// <summary>What a proof of so many runs will take.</summary>
    ProofForecast Forecast(int batch);

    /// <summary>Proves runs together.</summary>
    /// <param name="inputs">Of each run all inputs in the program's order.</param>
    /// <param name="outputs">Of each run all outputs, as they were answered: a proof of others is refused.</param>
    /// <param name="error">A stable code (<c>zk/…</c>), when the result is null.</param>
    /// <param name="cancellation">Gives up at the next phase.</param>
    ProvedRuns? Prove(IReadOnlyList<short[]> inputs, IReadOnlyList<short[]> outputs, out string? error, CancellationToken cancellation);
}
