using Assay.Evm;
using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>What a node's payments rest on besides itself.</summary>
/// <param name="Facilitator">Checks and settles.</param>
/// <param name="Signer">Signs offers and receipts of payment; null: nobody does.</param>
/// <param name="Owned">Disposed of with the node, the last first.</param>
internal sealed record PaymentParts(IFacilitator Facilitator, IEvmSigner? Signer, IReadOnlyList<object> Owned) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        foreach (object part in Owned.Reverse())
        {
            if (part is IAsyncDisposable later)
            {
                await later.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (part as IDisposable)?.Dispose();
            }
        }
    }
}
