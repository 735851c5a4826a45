using Assay.Media.Tables;

namespace Assay.Cli.Presenting;

/// <summary>Answers as people see them.</summary>
/// <param name="Lines">Above the table.</param>
/// <param name="Table">For the terminal; only its first rows are printed.</param>
/// <param name="Csv">For <c>--out-csv</c>: all of it, with receipt ids.</param>
/// <param name="Binding">What of this is outside the receipt, and what is in it.</param>
internal sealed record ShownResult(IReadOnlyList<string> Lines, CsvTable Table, CsvTable Csv, string Binding)
{
    /// <summary>A file to keep beside the receipt.</summary>
    internal (string Name, byte[] Bytes)? File { get; init; }
}
