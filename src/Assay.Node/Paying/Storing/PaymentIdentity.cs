using Assay.Evm;
using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>What makes a payment the same payment, whatever its message looks like: never its signature.</summary>
internal static class PaymentIdentity
{
    internal static string Of(SignedTransfer transfer, PriceFile file) =>
        $"eip155:{EvmAmount.Text(file.ChainId)}/{(transfer.Method == TransferMethod.Eip3009 ? file.Token.Address : PaymentContracts.Permit2).ToLowerString()}/{transfer.Payer.ToLowerString()}/{transfer.Nonce}";
}
