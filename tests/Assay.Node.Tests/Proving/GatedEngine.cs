using Assay.Node.Proving;
using Assay.Programs;

namespace Assay.Node.Tests.Proving;

/// <summary>An engine that waits until it is let go, counts, and can be made slow, or fail.</summary>
internal sealed class GatedEngine(IProofEngine inner) : IProofEngine
{
    internal ManualResetEventSlim Gate { get; } = new(true);

    internal List<int> Batches { get; } = [];

    internal string? Error { get; set; }

    internal double Milliseconds { get; set; } = 1;

    public ExactProgram Program => inner.Program;

    public ReadOnlyMemory<byte> Key => inner.Key;

    public int MaximumBatch => inner.MaximumBatch;

    public string? Unusable { get; set; }

    public TimeSpan? Prepare(CancellationToken cancellation) => null;

    public ProofForecast Forecast(int batch) => inner.Forecast(batch) with { Milliseconds = Milliseconds };

    public ProvedRuns? Prove(IReadOnlyList<short[]> inputs, IReadOnlyList<short[]> outputs, out string? error, CancellationToken cancellation)
    {
        Gate.Wait(cancellation);
        lock (Batches)
        {
            Batches.Add(inputs.Count);
        }

        error = Error;
        return error is null ? inner.Prove(inputs, outputs, out error, cancellation) : null;
    }

    public void Dispose()
    {
        Gate.Dispose();
        inner.Dispose();
    }
}
