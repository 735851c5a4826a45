using Assay.Attestation;
using Assay.Node.Attesting;

namespace Assay.Node.Tests.Attesting;

/// <summary>An attester that does what another one does, until it is told to fail, to hang or to lie.</summary>
internal sealed class FaultyAttester(IAttester inner) : IAttester
{
    private int _asked;
    private int _atOnce;

    public EvidenceType Type => inner.Type;

    public string Place => inner.Place;

    /// <summary>Evidence is refused with this.</summary>
    internal AttesterError? Failure { get; set; }

    /// <summary>No answer comes before this has ended.</summary>
    internal Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>What the hardware is asked about instead.</summary>
    internal Func<TeeBinding, TeeBinding> Instead { get; set; } = static binding => binding;

    internal int Asked => Volatile.Read(ref _asked);

    internal int MostAtOnce { get; private set; }

    public async ValueTask<AttesterResult> AttestAsync(TeeBinding binding, CancellationToken cancellation)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _atOnce));
        Interlocked.Increment(ref _asked);
        try
        {
            await Hold.WaitAsync(cancellation);
            return Failure is { } failure ? AttesterResult.Failed(failure.Code, failure.Text) : await inner.AttestAsync(Instead(binding), cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }

    public void Dispose() => inner.Dispose();
}
