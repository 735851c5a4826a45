using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Client;

/// <summary>
/// An answer without its bundle. Whoever asks many times in a row (a recurrent model's state goes back in) gets the
/// bundles afterwards, and needn't wait for the log's next checkpoint each time.
/// </summary>
public sealed class PendingAnswer
{
    private readonly IReadOnlyList<TensorValue> _outputs;

    internal PendingAnswer(string model, ReceiptId receiptId, string? receiptSecret, byte[] request, byte[] response, IReadOnlyList<TensorValue> outputs, PaymentResult? payment)
    {
        Model = model;
        ReceiptId = receiptId;
        ReceiptSecret = receiptSecret;
        Request = request;
        Response = response;
        _outputs = outputs;
        Payment = payment;
    }

    /// <summary>The receipt's id.</summary>
    public ReceiptId ReceiptId { get; }

    internal string Model { get; }

    /// <summary>What the receipt's fields are shown for; null if the node gave none.</summary>
    public string? ReceiptSecret { get; }

    /// <summary>What it was paid with; null: nothing was paid through a <see cref="PaymentHandler"/>.</summary>
    public PaymentResult? Payment { get; }

    internal byte[] Request { get; }

    internal byte[] Response { get; }

    /// <summary>The outputs without any check, as in <see cref="Answer.OutputsUnchecked"/>.</summary>
    /// <param name="reason">Why no check is needed here.</param>
    public IReadOnlyList<TensorValue> OutputsUnchecked(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return _outputs;
    }

    internal Answer With(byte[] bundle) => new(Model, ReceiptId, ReceiptSecret, Request, Response, bundle, _outputs, Payment?.HeldAgainst(bundle));
}
