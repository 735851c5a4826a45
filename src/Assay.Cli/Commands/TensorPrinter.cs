using System.Globalization;
using System.Runtime.InteropServices;
using Assay.Cli.Console;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary>Output tensors for people: each item's values, and the largest.</summary>
internal static class TensorPrinter
{
    private const int MaximumItems = 8;
    private const int MaximumValues = 16;

    /// <param name="output">Where to.</param>
    /// <param name="tensors">Items along the first axis.</param>
    /// <param name="rest">The file that has all items; null if none was written.</param>
    internal static void Print(Output output, IReadOnlyList<TensorValue> tensors, string? rest = null)
    {
        foreach (TensorValue tensor in tensors)
        {
            ReadOnlySpan<float> data = MemoryMarshal.Cast<byte, float>(tensor.Data.Span);
            int items = tensor.Shape.Length == 0 ? 1 : tensor.Shape[0];
            int width = data.Length / items;
            for (int item = 0; item < Math.Min(items, MaximumItems); item++)
            {
                ReadOnlySpan<float> values = data.Slice(item * width, width);
                int best = 0;
                for (int i = 1; i < width; i++)
                {
                    best = values[i] > values[best] ? i : best;
                }

                string shown = string.Join(' ', values[..Math.Min(width, MaximumValues)].ToArray().Select(static v => v.ToString("0.####", CultureInfo.InvariantCulture)));
                output.Line($"{tensor.Name}[{item}]  {shown}{(width > MaximumValues ? " ..." : "")}   largest: index {best}");
            }

            if (items > MaximumItems)
            {
                output.Line($"{tensor.Name}  ... {items - MaximumItems} more items{(rest is null ? "" : " in " + rest)}");
            }
        }
    }
}
