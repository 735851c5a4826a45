using Assay.Primitives.Notes;

namespace Assay.Node.Witnessing;

/// <summary>How it goes with one witness, since the node started.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Size">The size of the checkpoint that it cosigned last; 0 for none.</param>
/// <param name="Cosigned">Cosignatures that came and verified.</param>
/// <param name="Failed">Submissions without one.</param>
/// <param name="Error">A code of <see cref="SubmissionErrors"/>; null if the last submission went well or there was none.</param>
internal sealed record WitnessStatus(CosignatureKey Key, ulong Size, long Cosigned, long Failed, string? Error);
