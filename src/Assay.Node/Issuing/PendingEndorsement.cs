using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>What was said about a receipt that is durable.</summary>
/// <param name="About">The receipt.</param>
/// <param name="Item">The endorsement with what goes with it, without log proof.</param>
internal sealed record PendingEndorsement(ReceiptId About, AttachedEndorsement Item) : PendingEntry;
