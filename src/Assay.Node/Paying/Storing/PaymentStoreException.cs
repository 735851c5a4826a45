namespace Assay.Node.Paying;

/// <summary>Payments can't be made durable any more: nothing more is taken until the node is started again.</summary>
internal sealed class PaymentStoreException(Exception? cause) : Exception("payments can't be made durable", cause);
