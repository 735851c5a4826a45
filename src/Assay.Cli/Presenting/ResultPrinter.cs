using Assay.Cli.Console;
using Assay.Media.Tables;

namespace Assay.Cli.Presenting;

/// <summary>Results as a table in the terminal.</summary>
internal static class ResultPrinter
{
    private const int MostRows = 20;
    private const int MostColumns = 12;
    private const int MostCell = 40;

    internal static void Print(Output output, ShownResult result)
    {
        foreach (string line in result.Lines)
        {
            output.Line(line);
        }

        CsvTable table = result.Table;
        int columns = Math.Min(table.Columns.Count, MostColumns);
        List<IReadOnlyList<string>> rows = [table.Columns, .. table.Rows.Take(MostRows)];
        int[] widths = [.. Enumerable.Range(0, columns).Select(c => rows.Max(row => Cell(row[c]).Length))];
        for (int i = 0; i < rows.Count && table.Rows.Count > 0; i++)
        {
            output.Line("  " + string.Join("  ", Enumerable.Range(0, columns).Select(c => IsText(table, c) ? Cell(rows[i][c]).PadRight(widths[c]) : Cell(rows[i][c]).PadLeft(widths[c]))).TrimEnd());
        }

        if (table.Rows.Count > MostRows || table.Columns.Count > MostColumns)
        {
            output.Line($"  ... of {table.Rows.Count} rows and {table.Columns.Count} columns; --out-csv FILE keeps all");
        }

        output.Line();
        output.Line(result.Binding);
    }

    // Of a line, so that a name can't break the table.
    private static string Cell(string text) => Output.Harmless((text.Length > MostCell ? text[..(MostCell - 3)] + "..." : text).Replace('\n', ' '));

    private static bool IsText(CsvTable table, int column) => table.Columns[column] == "answer";
}
