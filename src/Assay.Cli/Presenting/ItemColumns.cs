using System.Globalization;
using Assay.Models.Presentation;

namespace Assay.Cli.Presenting;

/// <summary>An output of numbers as columns: one for each, and for classes the answer.</summary>
internal sealed class ItemColumns
{
    private readonly IReadOnlyList<string>? _labels;

    internal ItemColumns(OutputPresentation output)
    {
        (Tensor, IReadOnlyList<string> names, _labels) = output switch
        {
            ClassesOutput classes => (classes.Tensor, classes.Labels, (IReadOnlyList<string>?)classes.Labels),
            NumbersOutput numbers => (numbers.Tensor, numbers.Names, null),
            SpeechOutput speech => (speech.Tensor, ["speech"], null),
            _ => throw new InvalidOperationException($"{output.GetType().Name} isn't an output of numbers"),
        };
        Width = names.Count;
        Names = [.. _labels is null ? [] : new[] { "answer" }, .. names.Select(Plain)];
    }

    internal string Tensor { get; }

    /// <summary>Elements of an item.</summary>
    internal int Width { get; }

    internal IReadOnlyList<string> Names { get; }

    internal IEnumerable<string> Cells(ReadOnlySpan<float> item)
    {
        List<string> cells = [];
        if (_labels is not null)
        {
            int best = 0;
            for (int i = 1; i < item.Length; i++)
            {
                best = item[i] > item[best] ? i : best;
            }

            cells.Add(Plain(_labels[best]));
        }

        foreach (float value in item)
        {
            cells.Add(value.ToString("0.######", CultureInfo.InvariantCulture));
        }

        return cells;
    }

    /// <summary>Names come from a node: a spreadsheet must not take one for a formula.</summary>
    internal static string Plain(string name) => name.Length > 0 && (char.IsLetterOrDigit(name[0]) || name[0] is '(' or '_') ? name : "_" + name;
}
