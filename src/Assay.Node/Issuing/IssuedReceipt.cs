using Assay.Primitives;

namespace Assay.Node.Issuing;

/// <summary>A receipt that is signed, in the log and on disk.</summary>
/// <param name="Digest">The receipt digest.</param>
/// <param name="LogIndex">Its entry's index.</param>
/// <param name="Counter">Its number among the receipts of its API key.</param>
internal sealed record IssuedReceipt(Digest32 Digest, ulong LogIndex, ulong Counter);
