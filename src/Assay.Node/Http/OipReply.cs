using System.Runtime.InteropServices;
using Assay.Client;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Http;

/// <summary>
/// Writes answers of the Open Inference Protocol v2. What Assay adds stands in <c>parameters</c>, flat, because clients of
/// the protocol accept only plain values there.
/// </summary>
internal static class OipReply
{
    internal static byte[] Format(ServedModel model, string calledName, string? requestId, ReceiptId receiptId, Plan plan, IReadOnlyList<TensorValue> outputs) => JsonReply.Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("model_name", calledName);
        json.WriteString("model_version", model.Id.ToString());
        if (requestId is not null)
        {
            json.WriteString("id", requestId);
        }

        json.WriteStartObject("parameters");
        json.WriteString("assay_receipt", receiptId.ToString());
        json.WriteString("assay_level", plan.Level.ToString());
        json.WriteString("assay_level_source", LevelSources.Text(plan.Source));
        json.WriteString("assay_release", PolicyNames.Id(plan.Policy.Release));
        if (!plan.Policy.IsLevel)
        {
            json.WriteString("assay_policy", plan.Policy.Digest.ToString());
        }

        json.WriteString("assay_uncovered", string.Join(',', plan.Uncovered));
        json.WriteEndObject();
        json.WriteStartArray("outputs");
        foreach (TensorValue output in outputs)
        {
            OipTensorWriter.Write(json, output.Name, output.Shape, MemoryMarshal.Cast<byte, float>(output.Data.Span));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
