using Assay.Attestation;

namespace Assay.Node.Attesting;

/// <summary>
/// Has the hardware (or the simulator) say what it has to say about a binding. Only the node itself asks, with bindings that
/// it made itself, one at a time: whoever could have evidence about bytes of its own choice could speak in the node's name.
/// </summary>
internal interface IAttester : IDisposable
{
    /// <summary>The type of its evidence.</summary>
    EvidenceType Type { get; }

    /// <summary>What it asks, for texts: <c>/dev/nsm</c>.</summary>
    string Place { get; }

    /// <summary>Asks for evidence that carries <see cref="TeeBinding.Digest"/>. Hardware that fails, or answers nonsense, is a value; exceptions are for cancellation.</summary>
    ValueTask<AttesterResult> AttestAsync(TeeBinding binding, CancellationToken cancellation);
}
