using Assay.Evm;
using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>What a node's payments rest on besides itself.</summary>
/// <param name="Facilitator">Checks and settles.</param>
/// <param name="Chain">Says what became of a payment; null: nobody does.</param>
/// <param name="Signer">Signs offers and receipts of payment; null: nobody does.</param>
/// <param name="Owned">Disposed of with the node.</param>
internal sealed record PaymentParts(IFacilitator Facilitator, ISettlementLookup? Chain, IEvmSigner? Signer, IReadOnlyList<IAsyncDisposable> Owned);
