using System.CommandLine;
using System.Text;
using Assay.Cli.Console;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay trust</c>: looks at trust files and adds to them. Nothing is trusted that wasn't written down.</summary>
internal static class TrustCommands
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    internal static Command Create() => new("trust", "Whom you trust: show, extend, compare and check trust files.") { Show(), Add(), Diff(), Check() };

    private static Option<FileInfo?> TrustOption() => new("--trust") { Description = "The trust file; default: the one that ASSAY_TRUST names." };

    private static Command Show()
    {
        Option<FileInfo?> trust = TrustOption();
        return new Command("show", "Say in words what a trust file trusts.") { trust }.Do(async (parsed, output, cancellation) =>
        {
            string path = PathOf(parsed.GetValue(trust));
            IReadOnlyList<TrustWords.Statement> statements = TrustWords.Of(await ReadAsync(path, cancellation).ConfigureAwait(false));
            output.Line($"trusted by {path}:");
            WriteLines(output, "", statements);
            output.Json(json =>
            {
                json.WriteString("file", path);
                WriteJson(json, "statements", statements);
            });
            return ExitCodes.Met;
        });
    }

    private static Command Add()
    {
        Option<FileInfo?> trust = TrustOption();
        Option<string?> quorum = new("--quorum") { Description = "With the first witness: who must have cosigned from now on, a witness's name or 'none'." };
        Argument<string[]> statement = new("statement") { Description = "A line as in the file, for example: node <digest>, log <key>, witness <name> <key>.", Arity = ArgumentArity.OneOrMore };
        return new Command("add", "Add one statement to a trust file; the file is made if it's missing.") { statement, trust, quorum }.Do(async (parsed, output, cancellation) =>
        {
            string path = PathOf(parsed.GetValue(trust));
            string old = File.Exists(path) ? StrictUtf8.GetString(await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false)) : "";
            string line = string.Join(' ', parsed.GetRequiredValue(statement));
            string added = line + "\n" + (parsed.GetValue(quorum) is { } name ? $"quorum {name}\n" : "");
            if (line.AsSpan().ContainsAny('\n', '\r') || line.TrimStart().StartsWith('#') || string.IsNullOrWhiteSpace(line))
            {
                throw CliException.Usage("One statement is added at a time.", "For example: assay trust add node <digest> --trust trust.txt");
            }

            TrustFile before = Parse(old, path);
            byte[] bytes = StrictUtf8.GetBytes((old.Length == 0 || old.EndsWith('\n') ? old : old + "\n") + added);
            TrustFile? after = TrustFile.Read(bytes, out IReadOnlyList<TrustProblem> problems);
            if (after is null)
            {
                TrustProblem problem = problems[0];
                string nearest = problem.Code == TrustErrors.NoQuorum
                    ? "Say who must cosign: --quorum with the witness's name, or --quorum none."
                    : TrustAdvice.Nearest(problem.Code, line);
                throw new CliException(ExitCodes.Usage, problem.Code, $"Nothing was added. {TrustAdvice.Message(problem.Code)}", nearest);
            }

            await WriteAsync(path, bytes, cancellation).ConfigureAwait(false);
            (IReadOnlyList<TrustWords.Statement> gained, IReadOnlyList<TrustWords.Statement> lost) = Compare(before, after);
            output.Line($"added to {path}:");
            WriteLines(output, "+ ", gained);
            output.Json(json =>
            {
                json.WriteString("file", path);
                WriteJson(json, "added", gained);
                WriteJson(json, "removed", lost);
            });
            return ExitCodes.Met;
        });
    }

    private static Command Diff()
    {
        Argument<FileInfo> first = new("old") { Description = "A trust file." };
        Argument<FileInfo> second = new("new") { Description = "Another one." };
        return new Command("diff", "Say in words what another trust file would change.") { first, second }.Do(async (parsed, output, cancellation) =>
        {
            TrustFile before = await ReadAsync(parsed.GetRequiredValue(first).FullName, cancellation).ConfigureAwait(false);
            TrustFile after = await ReadAsync(parsed.GetRequiredValue(second).FullName, cancellation).ConfigureAwait(false);
            (IReadOnlyList<TrustWords.Statement> gained, IReadOnlyList<TrustWords.Statement> lost) = Compare(before, after);
            output.Line(gained.Count + lost.Count == 0 ? "Both trust the same." : "From the first file to the second:");
            WriteLines(output, "- no longer ", lost);
            WriteLines(output, "+ from now on ", gained);
            output.Json(json =>
            {
                WriteJson(json, "removed", lost);
                WriteJson(json, "added", gained);
            });
            return ExitCodes.Met;
        });
    }

    private static Command Check()
    {
        Argument<FileInfo> file = new("file") { Description = "The trust file." };
        return new Command("check", "Read a trust file; for every bad line say what would work.") { file }.Do(async (parsed, output, cancellation) =>
        {
            string path = parsed.GetRequiredValue(file).FullName;
            byte[] bytes = await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
            TrustFile? trust = TrustFile.Read(bytes, out IReadOnlyList<TrustProblem> problems);
            string[] lines = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, TrustFile.MaxLength))).Split('\n');
            string LineOf(TrustProblem problem) => problem.Line == 0 ? "" : lines[problem.Line - 1];
            foreach (TrustProblem problem in problems)
            {
                output.Line($"{(problem.Line == 0 ? "file" : $"line {problem.Line}")}: {TrustAdvice.Message(problem.Code)} [{problem.Code}]");
                output.Line($"  {TrustAdvice.Nearest(problem.Code, LineOf(problem))}");
            }

            if (trust is not null)
            {
                output.Line($"{path} is a trust file: {trust.Nodes.Count} nodes, {trust.Logs.Count} logs, {trust.Witnesses.Count} witnesses, quorum {trust.Quorum ?? "none"}.");
            }

            output.Json(json =>
            {
                json.WriteStartArray("problems");
                foreach (TrustProblem problem in problems)
                {
                    json.WriteStartObject();
                    json.WriteNumber("line", problem.Line);
                    json.WriteString("code", problem.Code);
                    json.WriteString("message", TrustAdvice.Message(problem.Code));
                    json.WriteString("nearest", TrustAdvice.Nearest(problem.Code, LineOf(problem)));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return trust is null ? ExitCodes.CannotEvaluate : ExitCodes.Met;
        });
    }

    private static string PathOf(FileInfo? named) => TrustFiles.PathOf(named)
        ?? throw CliException.Usage("No trust file was named.", "Give --trust FILE, or set ASSAY_TRUST.");

    private static async Task<TrustFile> ReadAsync(string path, CancellationToken cancellation) =>
        TrustFiles.Parse(await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false), path);

    private static TrustFile Parse(string text, string path) => TrustFiles.Parse(StrictUtf8.GetBytes(text), path);

    // The exclusively made neighbour keeps two writers apart; the move makes it all or nothing.
    private static async Task WriteAsync(string path, byte[] bytes, CancellationToken cancellation)
    {
        string temporary = path + ".new";
        if (File.Exists(temporary))
        {
            throw new CliException(ExitCodes.CannotEvaluate, "file/busy", $"{temporary} is there: somebody else is writing, or was stopped while writing.", "If nobody is, delete it.");
        }

        FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static (IReadOnlyList<TrustWords.Statement> Gained, IReadOnlyList<TrustWords.Statement> Lost) Compare(TrustFile before, TrustFile after)
    {
        // By meaning too: a quorum that keeps its name can come to something else.
        IReadOnlyList<TrustWords.Statement> old = TrustWords.Of(before), next = TrustWords.Of(after);
        return ([.. next.Except(old)], [.. old.Except(next)]);
    }

    private static void WriteLines(Output output, string prefix, IReadOnlyList<TrustWords.Statement> statements)
    {
        foreach (TrustWords.Statement statement in statements)
        {
            output.Line($"  {prefix}{statement.Line}");
            output.Line($"      {statement.Meaning}");
        }
    }

    private static void WriteJson(System.Text.Json.Utf8JsonWriter json, string name, IReadOnlyList<TrustWords.Statement> statements)
    {
        json.WriteStartArray(name);
        foreach (TrustWords.Statement statement in statements)
        {
            json.WriteStartObject();
            json.WriteString("line", statement.Line);
            json.WriteString("meaning", statement.Meaning);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
