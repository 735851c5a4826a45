using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Releasing;

/// <summary>What evidence is asked for: the answer of one receipt, already signed and logged.</summary>
internal sealed record EvidenceRequest(ReceiptId Receipt, PolicyDocument Policy, ServedModel Model, IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs);
