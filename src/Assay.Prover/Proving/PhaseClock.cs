using System.Collections.Immutable;
using System.Diagnostics;

namespace Assay.Prover.Proving;

/// <summary>Times phases, tells of them, and ends the work between them.</summary>
internal sealed class PhaseClock(IProgress<ProofPhase>? progress, CancellationToken cancellation)
{
    private readonly ImmutableDictionary<ProofPhase, TimeSpan>.Builder _times = ImmutableDictionary.CreateBuilder<ProofPhase, TimeSpan>();
    private ProofPhase _phase;
    private long _began = -1;

    /// <summary>Ends one phase and begins another.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants the proof any more.</exception>
    public void Begin(ProofPhase phase)
    {
        End();
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(phase);
        (_phase, _began) = (phase, Stopwatch.GetTimestamp());
    }

    /// <summary>Ends the last phase.</summary>
    public ImmutableDictionary<ProofPhase, TimeSpan> Finish()
    {
        End();
        return _times.ToImmutable();
    }

    private void End()
    {
        if (_began >= 0)
        {
            _times[_phase] = _times.GetValueOrDefault(_phase) + Stopwatch.GetElapsedTime(_began);
        }
    }
}
