namespace Assay.OnnxRuntime;

/// <summary>What a run came to.</summary>
/// <param name="Outputs">In the session's order; null exactly when there is a fault.</param>
/// <param name="Fault">Why there are none.</param>
public sealed record SessionResult(IReadOnlyList<SessionTensor>? Outputs, FloatFault? Fault);
