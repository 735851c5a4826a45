using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Cli.Console;
using Assay.Node.Keys;

namespace Assay.Cli.Commands;

/// <summary><c>assay key add</c>: an API key for a caller. The secret is printed once; the file keeps its digest.</summary>
internal static class KeyCommands
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    internal static Command Create()
    {
        Argument<string> name = new("name") { Description = "The caller's name; it stands in receipts." };
        Option<FileInfo> file = new("--keys") { Description = "The key file; made if missing.", Required = true };
        Option<string?> minimum = new("--minimum-level") { Description = "The least verification that this key's requests may ask for." };
        Command add = new Command("add", "Make an API key; its secret is printed once.") { name, file, minimum }.Do(async (parsed, output, cancellation) =>
        {
            string path = parsed.GetRequiredValue(file).FullName;
            string? level = VerifyCommand.ParseLevel(parsed.GetValue(minimum))?.ToString();
            JsonObject root = File.Exists(path)
                ? JsonNode.Parse(await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false)) as JsonObject ?? throw new FormatException("key file: not a JSON object")
                : new JsonObject { ["required"] = true, ["keys"] = new JsonArray() };
            string secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            JsonObject key = new() { ["name"] = parsed.GetRequiredValue(name), ["sha256"] = ApiKeyRing.DigestOf(secret).ToString() };
            if (level is not null)
            {
                key["minimumLevel"] = level;
            }

            (root["keys"] as JsonArray ?? throw new FormatException("key file: 'keys' is not an array")).Add(key);
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(root, Indented);
            _ = ApiKeyRing.Parse(json);
            string temporary = path + ".new";
            await File.WriteAllBytesAsync(temporary, json, cancellation).ConfigureAwait(false);
            File.Move(temporary, path, overwrite: true);
            output.Line($"secret of '{parsed.GetRequiredValue(name)}' (shown once): {secret}");
            output.Line($"callers send 'Authorization: Bearer <secret>'; 'assay infer' takes it from ASSAY_KEY. A running node reads {path} when it starts.");
            output.Json(writer =>
            {
                writer.WriteString("name", parsed.GetRequiredValue(name));
                writer.WriteString("secret", secret);
                writer.WriteString("minimumLevel", level);
            });
            return ExitCodes.Met;
        });
        return new Command("key", "API keys of callers.") { add };
    }
}
