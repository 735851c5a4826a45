using System.CommandLine;
using System.Globalization;
using Assay.Cli.Console;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary><c>assay disclose</c>: a copy of a receipt that keeps only what you name; it still checks out.</summary>
internal static class DiscloseCommand
{
    internal static Command Create()
    {
        Argument<FileInfo> bundle = new("bundle") { Description = "The receipt file." };
        Option<string> keep = new("--keep") { Description = "Fields to keep, separated by commas: request.inputs, model.model_id, outputs, attachments.request, messages.0 (one message of a chat, counted from 0), a whole group like model ('assay explain' lists them).", Required = true };
        Option<FileInfo> target = new("--out") { Description = "Where to write the copy.", Required = true };
        return new Command("disclose", "Make a copy of a receipt that shows only the fields you name.") { bundle, keep, target }.Do(async (parsed, output, cancellation) =>
        {
            Bundle whole = await ReadBundleAsync(parsed.GetRequiredValue(bundle), cancellation).ConfigureAwait(false);
            string[] fields = parsed.GetRequiredValue(keep).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            Bundle redacted = whole.Redact(fields, out string? error, out string? unknown)
                ?? throw new CliException(ExitCodes.Usage, error!, $"'{unknown}' isn't a field of a receipt.", Hint(whole, unknown!));
            byte[] bytes = redacted.Encode();
            await File.WriteAllBytesAsync(parsed.GetRequiredValue(target).FullName, bytes, cancellation).ConfigureAwait(false);
            output.Line($"kept     {string.Join(", ", fields)}");
            output.Line($"wrote    {parsed.GetRequiredValue(target).FullName} ({bytes.Length:N0} bytes; the whole receipt has {whole.Encode().Length:N0})");
            output.Line("Everything else is there as salted hashes: the copy still checks out, and says what it leaves out.");
            output.Line("Its id stays in it; the node shows the rest to nobody who doesn't have the receipt's secret, which came with the answer.");
            output.Json(json =>
            {
                json.WriteStartArray("kept");
                foreach (string field in fields)
                {
                    json.WriteStringValue(field);
                }

                json.WriteEndArray();
                json.WriteNumber("bytes", bytes.Length);
            });
            return ExitCodes.Met;
        });
    }

    private static string Hint(Bundle bundle, string unknown)
    {
        if (!unknown.StartsWith("messages", StringComparison.Ordinal))
        {
            return "'assay explain' lists the fields.";
        }

        int count = bundle.Claims.Digests(ClaimRegistry.RequestMessages)?.Count ?? 0;
        return count switch
        {
            0 => "This receipt shows no messages.",
            1 => "This receipt has messages.0 only; they count from 0.",
            _ => string.Create(CultureInfo.InvariantCulture, $"This receipt has messages.0 to messages.{count - 1}."),
        };
    }

    internal static async Task<Bundle> ReadBundleAsync(FileInfo file, CancellationToken cancellation)
    {
        byte[] bytes = await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false);
        return Bundle.TryDecode(bytes, out string? error)
            ?? throw new CliException(ExitCodes.CannotEvaluate, error!, $"{file.Name} isn't a receipt file.", "Receipt files come from 'assay infer' or from /v1/receipts/{id}/bundle.");
    }
}
