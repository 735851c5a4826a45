using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Assay.Cli.Console;
using Assay.Node.Keys;

namespace Assay.Cli.Commands;

/// <summary><c>assay key</c>: API keys of callers. A secret is printed once; the file keeps its digest.</summary>
internal static class KeyCommands
{
    internal static Command Create() => new("key", "API keys of callers.") { CreateAdd(), CreateList(), CreateRevoke(), KeyBalanceCommands.CreateCredit(), KeyBalanceCommands.CreateBalance() };

    private static Option<FileInfo> FileOption() => new("--keys") { Description = "The key file.", Required = true };

    private static Command CreateAdd()
    {
        Argument<string> name = new("name") { Description = "The caller's name; it stands in receipts. Letters, digits and . _ - @" };
        Option<FileInfo> file = FileOption();
        Option<string?> minimum = new("--minimum-level") { Description = "The least verification that this key's requests may ask for." };
        Option<string?> expires = new("--expires") { Description = "When it stops working (RFC 3339), for example 2027-01-31T12:00:00Z." };
        Option<int?> rate = new("--rate") { Description = "Most requests a minute." };
        Option<int?> concurrent = new("--concurrent") { Description = "Most requests at the same time." };
        Option<int?> body = new("--max-body") { Description = "Longest request body, bytes." };
        Option<int?> batch = new("--max-batch") { Description = "Most items in a request." };
        Option<string[]> models = new("--model") { Description = "A model that it may call, by name or id; may be said several times. Default: all." };
        Option<string?> application = new("--application") { Description = "The one application that its chats are of, whether they name it or not. Default: any that they name." };
        Option<bool> noRegister = new("--no-register") { Description = "It may not register prompts and tool sets, nor close and open applications." };
        return new Command("add", "Make an API key; its secret is printed once.") { name, file, minimum, expires, rate, concurrent, body, batch, models, application, noRegister }.Do((parsed, output, cancellation) =>
        {
            string caller = parsed.GetRequiredValue(name);
            if (!ApiKeyFormat.IsName(caller))
            {
                throw CliException.Usage("A key's name has 1 to 64 letters, digits or . _ - @, and isn't 'anonymous'.");
            }

            DateTimeOffset? end = null;
            if (parsed.GetValue(expires) is { } text)
            {
                end = ApiKeyFormat.TryParseTime(text, out DateTimeOffset time) ? time : throw CliException.Usage($"--expires '{text}' isn't a time of RFC 3339.", "For example 2027-01-31T12:00:00Z.");
            }

            string path = parsed.GetRequiredValue(file).FullName;
            string secret = ApiKeySecret.Create();
            _ = ApiKeySecret.TryDigest(secret, out Primitives.Digest32 digest);
            ApiKeyFileEditor.Add(path, new ApiKey(caller, VerifyCommand.ParseLevel(parsed.GetValue(minimum)))
            {
                Expires = end,
                Models = parsed.GetValue(models) is { Length: > 0 } named ? named : null,
                Application = parsed.GetValue(application),
                MayRegister = !parsed.GetValue(noRegister),
                Limits = new ApiKeyLimits
                {
                    RequestsPerMinute = parsed.GetValue(rate),
                    Concurrent = parsed.GetValue(concurrent),
                    BodyBytes = parsed.GetValue(body),
                    Batch = parsed.GetValue(batch),
                },
            }, digest);
            output.Line($"secret of '{caller}' (shown once): {secret}");
            output.Line("callers send 'Authorization: Bearer <secret>'; 'assay infer' takes it from ASSAY_KEY. A running node reads the changed file within a second.");
            output.Json(json =>
            {
                json.WriteString("name", caller);
                json.WriteString("secret", secret);
                json.WriteString("minimumLevel", parsed.GetValue(minimum));
                json.WriteString("expires", parsed.GetValue(expires));
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static Command CreateList()
    {
        Option<FileInfo> file = FileOption();
        return new Command("list", "Show the keys and what they may do; secrets aren't in the file.") { file }.Do((parsed, output, cancellation) =>
        {
            ApiKeyRing ring = ApiKeyFile.Load(parsed.GetRequiredValue(file).FullName).Ring;
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            ApiKey[] callers = ring.Anonymous is { } open ? [open, .. ring.Keys] : [.. ring.Keys];
            foreach (ApiKey key in callers)
            {
                output.Line($"{State(key, now),-9}{key.Name,-20} {Describe(key)}");
            }

            output.Line(ring.Anonymous is null ? "callers without a key are refused" : "callers without a key are 'anonymous'");
            output.Json(json =>
            {
                json.WriteBoolean("anonymous", ring.Anonymous is not null);
                json.WriteStartArray("keys");
                foreach (ApiKey key in callers)
                {
                    Write(json, key, State(key, now));
                }

                json.WriteEndArray();
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static Command CreateRevoke()
    {
        Argument<string> name = new("name") { Description = "The caller's name." };
        Option<FileInfo> file = FileOption();
        return new Command("revoke", "Take a key back: a running node refuses it within a second. Its name isn't given again.") { name, file }.Do((parsed, output, cancellation) =>
        {
            string caller = parsed.GetRequiredValue(name);
            if (!ApiKeyFileEditor.Revoke(parsed.GetRequiredValue(file).FullName, caller, TimeProvider.System.GetUtcNow()))
            {
                throw CliException.Usage($"No key '{caller}' is there to be revoked.", "'assay key list' shows the names.");
            }

            output.Line($"revoked  {caller}");
            output.Json(json => json.WriteString("revoked", caller));
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static string State(ApiKey key, DateTimeOffset now) => key.Revoked is not null ? "revoked" : key.IsInForce(now) ? "in-force" : "expired";

    private static string Describe(ApiKey key)
    {
        List<string> parts = [];
        void Add(string label, object? value)
        {
            if (value is not null)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{label} {value}"));
            }
        }

        Add("at least", key.MinimumLevel);
        Add("until", key.Expires?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        Add("requests/min", key.Limits.RequestsPerMinute);
        Add("concurrent", key.Limits.Concurrent);
        Add("body bytes", key.Limits.BodyBytes);
        Add("batch", key.Limits.Batch);
        Add("models", key.Models is null ? null : string.Join(' ', key.Models));
        Add("application", key.Application);
        Add("may not", key.MayRegister ? null : "register");
        return parts.Count == 0 ? "no restrictions of its own" : string.Join(", ", parts);
    }

    private static void Write(Utf8JsonWriter json, ApiKey key, string state)
    {
        json.WriteStartObject();
        json.WriteString("name", key.Name);
        json.WriteString("state", state);
        json.WriteString("minimumLevel", key.MinimumLevel?.ToString());
        json.WriteString("expires", key.Expires?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        WriteNumber(json, "requestsPerMinute", key.Limits.RequestsPerMinute);
        WriteNumber(json, "concurrent", key.Limits.Concurrent);
        WriteNumber(json, "bodyBytes", key.Limits.BodyBytes);
        WriteNumber(json, "batch", key.Limits.Batch);
        json.WritePropertyName("models");
        JsonSerializer.Serialize(json, key.Models);
        json.WriteString("application", key.Application);
        json.WriteBoolean("mayRegister", key.MayRegister);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
