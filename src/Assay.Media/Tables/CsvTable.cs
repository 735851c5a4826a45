using System.Globalization;
using System.Text;

namespace Assay.Media.Tables;

/// <summary>A table as text: names of columns, and rows with a cell for each.</summary>
public sealed class CsvTable
{
    private static readonly char[] Delimiters = [',', ';', '\t'];
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A table.</summary>
    /// <exception cref="ArgumentException">A row has another number of cells than there are columns.</exception>
    public CsvTable(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Any(row => row.Length != columns.Count))
        {
            throw new ArgumentException("rows and columns differ in number", nameof(rows));
        }

        Columns = columns;
        Rows = rows;
    }

    /// <summary>Names, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Cells in the columns' order.</summary>
    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>
    /// Reads CSV (RFC 4180, UTF-8) with names in its first line. Cells are separated by what is most frequent there of
    /// comma, semicolon and tab. Never throws on hostile bytes.
    /// </summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="error">Why there is no table.</param>
    /// <param name="limits">Null for the defaults.</param>
    public static CsvTable? TryRead(ReadOnlyMemory<byte> file, out MediaError? error, MediaLimits? limits = null)
    {
        limits ??= MediaLimits.Default;
        ReadOnlySpan<byte> bytes = file.Span;
        if (bytes.Length > limits.FileBytes)
        {
            error = new MediaError(MediaErrors.TooLarge, $"The file has {bytes.Length:N0} bytes; the most are {limits.FileBytes:N0}.", "Cut it into pieces.");
            return null;
        }

        ReadOnlySpan<byte> line = bytes[..(bytes.IndexOf((byte)'\n') is >= 0 and int end ? end : bytes.Length)];
        char delimiter = ',';
        int most = 0;
        foreach (char candidate in Delimiters)
        {
            int count = line.Count((byte)candidate);
            (delimiter, most) = count > most ? (candidate, count) : (delimiter, most);
        }

        try
        {
            string text = Strict.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
            return Read(new CsvReader(text, delimiter, limits), limits, out error);
        }
        catch (DecoderFallbackException)
        {
            error = new MediaError(MediaErrors.Malformed, "The table isn't text in UTF-8.", "CSV in UTF-8, names in the first line.");
            return null;
        }
    }

    /// <summary>Writes it as CSV (RFC 4180) with commas.</summary>
    public string Write()
    {
        StringBuilder text = new();
        foreach (IReadOnlyList<string> row in Rows.Prepend(Columns))
        {
            text.AppendJoin(',', row.Select(static cell => cell.AsSpan().IndexOfAny(",\"\r\n") < 0 && cell.Trim().Length == cell.Length ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>
    /// The named columns' numbers, row by row in the order of the names; the table's own order doesn't matter. A column
    /// that is missing, that nobody asked for, or that is there twice is an error: half a match may mean another table.
    /// </summary>
    public float[]? TryNumbers(IReadOnlyList<string> names, out MediaError? error)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] missing = [.. names.Except(Columns, StringComparer.Ordinal)];
        string[] extra = [.. Columns.Except(names, StringComparer.Ordinal)];
        string[] twice = [.. Columns.GroupBy(static c => c, StringComparer.Ordinal).Where(static g => g.Count() > 1).Select(static g => g.Key)];
        if (missing.Length + extra.Length + twice.Length > 0)
        {
            string problems = string.Join("; ", new[] { Named("missing", missing), Named("not the model's", extra), Named("there twice", twice) }.Where(static p => p.Length > 0));
            error = new MediaError(MediaErrors.Columns, $"The table's columns aren't the model's. {problems}", $"The model wants {names.Count}, in any order: {List(names)}");
            return null;
        }

        if (Rows.Count == 0)
        {
            error = new MediaError(MediaErrors.Malformed, "The table has no rows.");
            return null;
        }

        int[] places = [.. names.Select(name => Columns.Index().First(c => c.Item == name).Index)];
        float[] numbers = new float[Rows.Count * places.Length];
        for (int row = 0; row < Rows.Count; row++)
        {
            for (int i = 0; i < places.Length; i++)
            {
                string cell = Rows[row][places[i]];
                if (!float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) || !float.IsFinite(value))
                {
                    error = new MediaError(MediaErrors.Cell, $"Row {row + 1}, column '{names[i]}': '{(cell.Length > 40 ? cell[..40] + "..." : cell)}' isn't a number.", "A decimal point and no thousands separators; every cell filled.");
                    return null;
                }

                numbers[row * places.Length + i] = value;
            }
        }

        error = null;
        return numbers;
    }

    private static CsvTable? Read(CsvReader reader, MediaLimits limits, out MediaError? error)
    {
        string[]? columns = reader.Next(out error);
        List<string[]> rows = [];
        while (error is null && columns is not null && reader.Next(out error) is { } cells)
        {
            error = rows.Count == limits.Rows ? new MediaError(MediaErrors.TooLarge, $"The table has more than {limits.Rows:N0} rows.", "Cut it into pieces.")
                : cells.Length != columns.Length ? new MediaError(MediaErrors.Malformed, $"Row {rows.Count + 1} has {cells.Length} cells; the first line names {columns.Length} columns.")
                : null;
            rows.Add(cells);
        }

        error ??= columns is null ? new MediaError(MediaErrors.Malformed, "The table is empty.") : null;
        return error is null ? new CsvTable(columns!, rows) : null;
    }

    private static string Named(string what, string[] names) => names.Length == 0 ? "" : $"{what}: {List(names)}";

    private static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(40).Select(static n => $"'{(n.Length > 60 ? n[..60] + "..." : n)}'")) + (names.Count > 40 ? $" and {names.Count - 40} more" : "");
}
