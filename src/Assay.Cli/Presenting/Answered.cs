using System.Runtime.InteropServices;
using Assay.Client;
using Assay.Receipts;

namespace Assay.Cli.Presenting;

/// <summary>One request's outputs and the id of their receipt.</summary>
internal sealed record Answered(string Receipt, IReadOnlyList<TensorValue> Outputs)
{
    internal static Answered Of(Answer answer) => new(answer.ReceiptId.ToString(), answer.OutputsUnchecked("shown beside the verdict that says what they are worth"));

    /// <summary>An output's values, as many as expected; until the receipt is checked outputs are whatever a node sends.</summary>
    internal ReadOnlySpan<float> Values(string tensor, long count) => Values(Outputs, tensor, count);

    internal static ReadOnlySpan<float> Values(IReadOnlyList<TensorValue> outputs, string tensor, long count)
    {
        TensorValue found = outputs.FirstOrDefault(t => t.Name == tensor) ?? throw Mismatch($"no output '{tensor}'");
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(found.Data.Span);
        return values.Length == count ? values : throw Mismatch($"{values.Length} elements in '{tensor}' and not {count}");
    }

    private static NodeException Mismatch(string has) => new(200, "outputs_mismatch", $"The node's answer has {has}: it isn't what the model's metadata say.", "", []);
}
