using Assay.Primitives;

namespace Assay.Node.History;

/// <summary>A configuration of an application, as the log's receipts have it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Receipt">The id of its first receipt in the log.</param>
/// <param name="First">When a receipt was first issued with it, Unix milliseconds.</param>
/// <param name="Last">When one was last.</param>
/// <param name="Receipts">How many there are.</param>
internal sealed record StoredConfiguration(int Number, ReceiptId Receipt, long First, long Last, long Receipts);
