using System.Globalization;
using Assay.Media.Tables;
using Assay.Models.Presentation;
using Assay.Receipts;

namespace Assay.Cli.Presenting;

/// <summary>A table's rows, as many in a request as allowed; the table comes back with a column for each output and the receipt.</summary>
internal sealed class TableConversation(NodeModel model, TableInput input, CsvTable table, float[] numbers, int batch) : Conversation
{
    private readonly List<int> _items = [];
    private int _sent;

    internal override IReadOnlyList<TensorValue>? Next(IReadOnlyList<TensorValue>? outputs)
    {
        int rows = Math.Min(batch, table.Rows.Count - _sent);
        if (rows == 0)
        {
            return null;
        }

        int width = input.Features.Length;
        TensorValue tensor = Item(input.Tensor, model.Inputs[input.Tensor], rows, numbers.AsSpan(_sent * width, rows * width));
        _sent += rows;
        _items.Add(rows);
        return [tensor];
    }

    internal override ShownResult Show(IReadOnlyList<Answered> answers)
    {
        ItemColumns columns = new(model.Presentation!.Output);
        List<string[]> shown = [], full = [];
        foreach ((Answered answer, int items) in answers.Zip(_items))
        {
            ReadOnlySpan<float> values = answer.Values(columns.Tensor, (long)items * columns.Width);
            for (int i = 0; i < items; i++)
            {
                int row = full.Count;
                string[] cells = [.. columns.Cells(values.Slice(i * columns.Width, columns.Width))];
                shown.Add([(row + 1).ToString(CultureInfo.InvariantCulture), .. cells]);
                full.Add([.. table.Rows[row], .. cells, answer.Receipt]);
            }
        }

        return new ShownResult(
            [],
            new CsvTable(["row", .. columns.Names], shown),
            new CsvTable([.. table.Columns, .. columns.Names, "receipt"], full),
            $"Reading the table is outside the receipt{(answers.Count > 1 ? "s" : "")}; the rows' numbers, in the model's order, are in {(answers.Count > 1 ? "them" : "it")}.");
    }
}
