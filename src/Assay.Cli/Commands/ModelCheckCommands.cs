using System.CommandLine;
using System.Globalization;
using Assay.Cli.Console;
using Assay.Models.Conformance;
using Assay.Models.Import;

namespace Assay.Cli.Commands;

/// <summary><c>assay model check</c> and <c>assay model conformance</c>: what of other people's models can be imported.</summary>
internal static class ModelCheckCommands
{
    private sealed record Candidate(string Name, string Path, string[] Words, ImportOptions Options);

    /// <summary>Says of files whether they can become exact programs.</summary>
    internal static Command Check()
    {
        Argument<FileSystemInfo[]> files = new("path") { Description = "ONNX files, or folders with some.", Arity = ArgumentArity.OneOrMore };
        Option<FileInfo?> list = new("--list") { Description = "A list of 'model PATH OPTIONS' lines: those files of the folder, each with its own --dim and --set." };
        Option<bool> markdown = new("--markdown") { Description = "A page with a table in place of lines." };
        ImportOptionText options = new();
        Command command = new("check", "Whether ONNX files can become exact programs, and if not, which node stands in the way.") { files, list, markdown };
        options.AddTo(command);
        return command.Do((parsed, output, cancellation) =>
        {
            List<Candidate> candidates = parsed.GetValue(list) is { } file
                ? Listed(file, parsed.GetRequiredValue(files)[0].FullName)
                : Found(parsed.GetRequiredValue(files), options.Read(parsed));
            List<(Candidate Candidate, ModelCheckResult Result)> results = [];
            bool table = parsed.GetValue(markdown);
            foreach (Candidate candidate in candidates)
            {
                cancellation.ThrowIfCancellationRequested();
                ModelCheckResult result = ModelCheck.Run(File.ReadAllBytes(candidate.Path), candidate.Options, cancellation);
                results.Add((candidate, result));
                output.Note($"{candidate.Name}: {(result.IsExact ? "exact" : result.Code)}");
                if (!table)
                {
                    output.Line($"{candidate.Name}: {Words(result)}");
                }
            }

            if (table)
            {
                output.Line(Page(results));
            }

            output.Json(json =>
            {
                json.WriteStartArray("models");
                foreach ((Candidate candidate, ModelCheckResult result) in results)
                {
                    json.WriteStartObject();
                    json.WriteString("name", candidate.Name);
                    json.WriteBoolean("exact", result.IsExact);
                    json.WriteString("code", result.Code);
                    json.WriteString("node", result.Node);
                    json.WriteString("operator", result.Operator);
                    json.WriteString("message", result.Message);
                    json.WriteString("nearest", result.Hint);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return Task.FromResult(results.TrueForAll(r => r.Result.IsExact) ? ExitCodes.Met : ExitCodes.CannotEvaluate);
        });
    }

    /// <summary>Runs ONNX's conformance models.</summary>
    internal static Command Conformance()
    {
        Argument<DirectoryInfo> folder = new("folder") { Description = "The models with their test data, for example /usr/share/libonnx-testdata/data (Debian: libonnx-testdata)." };
        Option<bool> markdown = new("--markdown") { Description = "The whole report as a page." };
        Option<bool> inFloat = new("--in-float") { Description = "Compares the imported float graphs only, without compiling them." };
        return new Command("conformance", "How many of ONNX's own conformance models agree with their expected outputs.") { folder, markdown, inFloat }.Do((parsed, output, _) =>
        {
            bool exact = !parsed.GetValue(inFloat);
            IReadOnlyCollection<ConformanceOutcome> outcomes = ConformanceSuite.Run(parsed.GetRequiredValue(folder).FullName, exact, new Notes(output));
            ConformanceOutcome[] scope = [.. outcomes.Where(o => o.InScope)];
            int agree = scope.Count(o => ConformanceMarkdown.Agrees(o, exact));
            if (parsed.GetValue(markdown))
            {
                output.Line(ConformanceMarkdown.Write(outcomes, exact).TrimEnd('\n'));
            }
            else
            {
                foreach (ConformanceOutcome o in scope.Where(o => !ConformanceMarkdown.Agrees(o, exact)))
                {
                    output.Line($"{o.Suite}/{o.Name} ({string.Join(", ", o.Operators)}): {o.Code} {o.Message}");
                }

                output.Line(string.Create(CultureInfo.InvariantCulture, $"{agree} of {scope.Length} models of supported operators agree; {outcomes.Count - scope.Length} have other operators"));
            }

            output.Json(json =>
            {
                json.WriteNumber("models", outcomes.Count);
                json.WriteNumber("inScope", scope.Length);
                json.WriteNumber("agree", agree);
            });
            return Task.FromResult(agree == scope.Length ? ExitCodes.Met : ExitCodes.CannotEvaluate);
        });
    }

    private static List<Candidate> Found(FileSystemInfo[] paths, ImportOptions options)
    {
        List<Candidate> found = [];
        foreach (FileSystemInfo path in paths)
        {
            string[] files = Directory.Exists(path.FullName)
                ? [.. Directory.GetFiles(path.FullName, "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
                : File.Exists(path.FullName) ? [path.FullName]
                : throw new CliException(ExitCodes.CannotEvaluate, "model/not-found", $"{path.FullName} isn't there.", "Name ONNX files, or a folder with some.");
            found.AddRange(files.Select(f => new Candidate(Path.GetFileName(f), f, [], options)));
        }

        return found;
    }

    private static List<Candidate> Listed(FileInfo list, string folder)
    {
        List<Candidate> found = [];
        foreach (string line in File.ReadLines(list.FullName))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is not ["model", { } name, .. { } rest])
            {
                continue;
            }

            string path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                throw new CliException(ExitCodes.CannotEvaluate, "model/not-found", $"{path} isn't there.", "eng/package-models.sh FOLDER fetches the packages.");
            }

            ImportOptions options = ImportOptionText.Parse(After(rest, "--dim"), After(rest, "--set"), After(rest, "--shapes").FirstOrDefault("auto"));
            found.Add(new Candidate(name, path, rest, options));
        }

        return found;
    }

    private static IEnumerable<string> After(string[] words, string option) => Enumerable.Range(1, Math.Max(0, words.Length - 1)).Where(i => words[i - 1] == option).Select(i => words[i]);

    private static string Words(ModelCheckResult result)
    {
        string place = result.Node is null ? "" : $" at node '{result.Node}' ({result.Operator})";
        return result.IsExact ? $"exact: {result.Message}" : $"{result.Code}{place}: {result.Message}{(result.Hint is null ? "" : $". Try: {result.Hint}")}";
    }

    private static string Page(List<(Candidate Candidate, ModelCheckResult Result)> results)
    {
        List<string> lines =
        [
            "# Models found in packages",
            "",
            "Generated by `eng/package-models.sh FOLDER && assay model check FOLDER --list eng/package-models.txt --markdown`; don't edit.",
            "",
            "Each file is imported and compiled with 16 bits and made-up calibration data (numbers from -1 to 1). So *exact* means that there is an exact program; how faithful it is needs real data, see docs/models.md. Options are what the file leaves open.",
            "",
            string.Create(CultureInfo.InvariantCulture, $"**{results.Count(r => r.Result.IsExact)} of {results.Count} become exact programs.**"),
            "",
            "| model | options | result |",
            "|---|---|---|",
        ];
        foreach ((Candidate candidate, ModelCheckResult result) in results)
        {
            lines.Add($"| {candidate.Name} | {(candidate.Words.Length == 0 ? "" : $"`{string.Join(" ", candidate.Words)}`")} | {Words(result).Replace("|", "\\|", StringComparison.Ordinal)} |");
        }

        return string.Join("\n", lines);
    }

    private sealed class Notes(Output output) : IProgress<string>
    {
        public void Report(string value) => output.Note(value);
    }
}
