using System.Collections.Concurrent;
using Assay.Primitives;

namespace Assay.Node.Proving;

/// <summary>
/// How long proofs take here, by the forecast of their shapes and by how far that was off for the same model before: a smoothed
/// quotient, so that a slower machine or a busy one is learnt from its own proofs. Safe for concurrent use.
/// </summary>
internal sealed class ProofPace
{
    private const double Weight = 0.3;
    private readonly ConcurrentDictionary<ModelId, double> _factors = new();

    /// <summary>Milliseconds that a proof will take.</summary>
    internal double Milliseconds(in ModelId model, in ProofForecast forecast) => forecast.Milliseconds * _factors.GetValueOrDefault(model, 1);

    /// <summary>Takes what one took into account.</summary>
    internal void Add(in ModelId model, in ProofForecast forecast, TimeSpan took)
    {
        double measured = took.TotalMilliseconds / Math.Max(forecast.Milliseconds, 0.01);
        _factors.AddOrUpdate(model, measured, (_, old) => old + (Weight * (measured - old)));
    }
}
