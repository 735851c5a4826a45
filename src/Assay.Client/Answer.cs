using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Client;

/// <summary>
/// An answer as it came: the exact bytes that were sent and received, and the bundle that speaks for them. Its tensors
/// are reached through <see cref="AssayClient.Check(Answer, CheckOptions)"/>, which says what they are worth, or by name of the risk.
/// </summary>
public sealed class Answer
{
    private readonly IReadOnlyList<TensorValue> _outputs;

    internal Answer(string model, ReceiptId receiptId, string? receiptSecret, byte[] request, byte[] response, byte[] bundle, IReadOnlyList<TensorValue> outputs, PaymentResult? payment)
    {
        Model = model;
        ReceiptId = receiptId;
        ReceiptSecret = receiptSecret;
        Request = request;
        Response = response;
        Bundle = bundle;
        _outputs = outputs;
        Payment = payment;
    }

    /// <summary>The model that was called, without a level.</summary>
    public string Model { get; }

    /// <summary>The receipt's id.</summary>
    public ReceiptId ReceiptId { get; }

    /// <summary>What lets its holder read the receipt's fields at the node later; null if the node gave none.</summary>
    public string? ReceiptSecret { get; }

    /// <summary>The request's body, byte for byte.</summary>
    public byte[] Request { get; }

    /// <summary>The response's body, byte for byte.</summary>
    public byte[] Response { get; }

    /// <summary>The bundle (<c>*.receipt</c>).</summary>
    public byte[] Bundle { get; }

    /// <summary>
    /// What it was paid with, held against the server's word and the receipt's payment leaves; null: nothing was paid through a
    /// <see cref="PaymentHandler"/>. Whether it was settled only the chain says (docs/paying.md).
    /// </summary>
    public PaymentResult? Payment { get; }

    /// <summary>The outputs without any check. The reason goes into your code review, which is its point.</summary>
    /// <param name="reason">Why no check is needed here.</param>
    public IReadOnlyList<TensorValue> OutputsUnchecked(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return _outputs;
    }

    internal IReadOnlyList<TensorValue> CheckedOutputs => _outputs;
}
