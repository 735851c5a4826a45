using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Assay.Cli.Console;
using Assay.Models.Import;

namespace Assay.Cli.Commands;

/// <summary><c>--dim</c>, <c>--set</c> and <c>--shapes</c>: what an ONNX file leaves open.</summary>
internal sealed class ImportOptionText
{
    private readonly Option<string[]> _dimensions = new("--dim") { Description = "The size of a symbolic dimension, by its name or as INPUT:AXIS: T=64, audio:1=512. May be repeated." };
    private readonly Option<string[]> _bound = new("--set") { Description = "Binds an input to a constant: sr=16000, or numbers with commas. May be repeated." };
    private readonly Option<string?> _shapes = new("--shapes") { Description = "How the first dimension is read: batch, literal (one item is the whole tensor), or auto (batch, else literal)." };

    internal ImportOptionText() => _shapes.AcceptOnlyFromAmong("auto", "batch", "literal");

    internal void AddTo(Command command)
    {
        command.Options.Add(_dimensions);
        command.Options.Add(_bound);
        command.Options.Add(_shapes);
    }

    internal bool IsGiven(ParseResult parsed) => parsed.GetValue(_dimensions) is { Length: > 0 } || parsed.GetValue(_bound) is { Length: > 0 } || parsed.GetValue(_shapes) is not null;

    internal ImportOptions Read(ParseResult parsed) =>
        Parse(parsed.GetValue(_dimensions) ?? [], parsed.GetValue(_bound) ?? [], parsed.GetValue(_shapes) ?? "auto");

    /// <summary>The options that the texts say.</summary>
    internal static ImportOptions Parse(IEnumerable<string> dimensions, IEnumerable<string> bound, string shapes)
    {
        Dictionary<string, int> sizes = [];
        foreach ((string name, string value) in dimensions.Select(d => Split(d, "--dim", "--dim T=64")))
        {
            sizes[name] = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0
                ? size
                : throw CliException.Usage($"--dim {name} needs a positive whole number.", "--dim T=64");
        }

        Dictionary<string, ImmutableArray<double>> values = [];
        foreach ((string name, string value) in bound.Select(b => Split(b, "--set", "--set sr=16000")))
        {
            values[name] = [.. value.Split(',').Select(v => double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                ? number
                : throw CliException.Usage($"--set {name} needs numbers.", "--set sr=16000"))];
        }

        return new ImportOptions
        {
            Dimensions = sizes,
            Bound = values,
            Shapes = shapes switch { "batch" => ShapeReading.Batch, "literal" => ShapeReading.Literal, _ => ShapeReading.Auto },
        };
    }

    private static (string Name, string Value) Split(string text, string option, string example)
    {
        // Names of inputs may hold '=': the last one counts.
        int at = text.LastIndexOf('=');
        return at > 0 ? (text[..at], text[(at + 1)..]) : throw CliException.Usage($"{option} '{text}' isn't NAME=VALUE.", example);
    }
}
