using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain;

/// <summary>An event, and where it is.</summary>
/// <param name="Log">The event.</param>
/// <param name="Transaction">The hash of its transaction.</param>
/// <param name="Block">The number of its block.</param>
public sealed record MinedLog(ChainLog Log, Digest32 Transaction, ulong Block);
