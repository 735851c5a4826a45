using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Releasing;

/// <summary>Why an answer was withheld.</summary>
/// <param name="Receipt">The logged receipt.</param>
/// <param name="Required">The policy.</param>
/// <param name="Achieved">What was known when it was decided.</param>
/// <param name="Missing">The requirements that don't hold; empty if only the time was over.</param>
/// <param name="DeadlinePassed">Whether the policy's deadline had passed.</param>
public sealed record Shortfall(ReceiptId Receipt, PolicyDocument Required, IReadOnlyList<EvidenceFact> Achieved, IReadOnlyList<UnmetRequirement> Missing, bool DeadlinePassed);
