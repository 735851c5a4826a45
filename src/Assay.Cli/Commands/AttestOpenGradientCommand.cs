using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Attestation;
using Assay.Cli.Console;
using Assay.Primitives;

namespace Assay.Cli.Commands;

/// <summary><c>assay attest opengradient</c>: an OpenGradient enclave and its answer, held against that network's own rule without asking it (docs/opengradient.md).</summary>
internal static class AttestOpenGradientCommand
{
    private const int MaxFileSize = 32 << 20;
    private static readonly string[] Registers = ["PCR0", "PCR1", "PCR2"];

    internal static Command Create()
    {
        Option<FileInfo> document = new("--document") { Description = "The enclave's Nitro document: base64 as it comes, or its bytes.", Required = true };
        Option<FileInfo> key = new("--key") { Description = "The signing key: PEM, DER, or what /signing-key answers.", Required = true };
        Option<FileInfo?> tls = new("--tls-certificate") { Description = "The certificate that the enclave answers TLS with: PEM or DER." };
        Option<FileInfo?> approved = new("--approved") { Description = "Approved builds: one hash a line, or a measurements.txt with PCR0 to PCR2." };
        Option<FileInfo?> response = new("--response") { Description = "What the enclave answered: JSON, or a stream's frames." };
        Option<FileInfo?> request = new("--request") { Description = "What was asked, as it was sent." };
        Option<string> endpoint = new("--endpoint") { Description = "Where it was asked.", DefaultValueFactory = static _ => "chat" };
        endpoint.AcceptOnlyFromAmong("chat", "completion", "search");
        Option<string?> at = new("--at") { Description = "Judge the answer as of this time (RFC 3339); default: this machine's clock." };
        Option<string?> registeredAt = new("--registered-at") { Description = "Judge the document as of this time; default: the same." };
        return new Command("opengradient", "Check an OpenGradient enclave's document and its signed answer, offline, by that network's rule.")
        {
            document, key, tls, approved, response, request, endpoint, at, registeredAt,
        }.Do(async (parsed, output, cancellation) =>
        {
            DateTimeOffset time = VerifyCommand.ParseTime(parsed.GetValue(at));
            OpenGradientVerdict verdict = OpenGradientVerifier.Verify(new OpenGradientInput
            {
                Document = Bytes(await ReadAsync(parsed.GetRequiredValue(document), cancellation).ConfigureAwait(false)),
                SigningKey = Key(await ReadAsync(parsed.GetRequiredValue(key), cancellation).ConfigureAwait(false)),
                TlsCertificate = await ReadOptionalAsync(parsed.GetValue(tls), cancellation).ConfigureAwait(false) is { } pem ? Bytes(pem) : default(ReadOnlyMemory<byte>?),
                ApprovedBuilds = await ReadOptionalAsync(parsed.GetValue(approved), cancellation).ConfigureAwait(false) is { } builds ? Builds(builds) : null,
                Response = await ReadOptionalAsync(parsed.GetValue(response), cancellation).ConfigureAwait(false) is { } answer ? Response(answer) : null,
                CanonicalRequest = await ReadOptionalAsync(parsed.GetValue(request), cancellation).ConfigureAwait(false) is { } body ? Request(body, parsed.GetRequiredValue(endpoint)) : null,
                At = time,
                RegisteredAt = parsed.GetValue(registeredAt) is { } text ? VerifyCommand.ParseTime(text) : time,
            });
            Print(output, verdict);
            return verdict.Outcome switch { AppraisalOutcome.Accepted => ExitCodes.Met, AppraisalOutcome.Rejected => ExitCodes.Untrusted, _ => ExitCodes.PolicyNotMet };
        });
    }

    private static void Print(Output output, OpenGradientVerdict verdict)
    {
        string about = verdict.Steps.Any(static step => step.Code == OpenGradientSteps.Signature) ? "enclave and answer" : "the enclave; no answer was given";
        output.Line(verdict.Outcome switch
        {
            AppraisalOutcome.Accepted => $"ACCEPTED by OpenGradient's rule: {about}",
            AppraisalOutcome.Rejected => $"REJECTED by OpenGradient's rule: {about}",
            _ => $"NOT EVALUATED in full: {about}",
        });
        output.Line();
        foreach (AppraisalStep step in verdict.Steps)
        {
            output.Line($"  {Word(step.Result),-14}{step.Code,-14}{step.Detail}");
        }

        output.Line();
        output.Line($"  enclave       0x{verdict.TeeId}");
        output.Line($"  build         {(verdict.Build is { } build ? $"0x{build}" : "can't be told")}");
        output.Line($"  instance      {(verdict.Facts is { } facts ? Encoding.UTF8.GetString(facts.Platform.Value.Span) : "can't be told")}");
        output.Line();
        output.Line("What passing doesn't show");
        foreach (OpenGradientGap gap in verdict.NotCovered)
        {
            output.Line($"  {gap.Sentence} [{gap.Code}]");
        }

        output.Json(json =>
        {
            json.WriteString("outcome", verdict.Outcome switch { AppraisalOutcome.Accepted => "accepted", AppraisalOutcome.Rejected => "rejected", _ => "not-evaluated" });
            json.WriteString("tee_id", $"0x{verdict.TeeId}");
            json.WriteString("build", verdict.Build is { } hash ? $"0x{hash}" : null);
            json.WriteStartArray("steps");
            foreach (AppraisalStep step in verdict.Steps)
            {
                json.WriteStartObject();
                json.WriteString("step", step.Code);
                json.WriteString("result", Word(step.Result));
                json.WriteString("detail", step.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("not_covered");
            foreach (OpenGradientGap gap in verdict.NotCovered)
            {
                json.WriteStringValue(gap.Code);
            }

            json.WriteEndArray();
        });
    }

    private static string Word(CheckResult result) => result switch { CheckResult.Pass => "pass", CheckResult.Fail => "FAIL", _ => "not evaluated" };

    private static async Task<byte[]?> ReadOptionalAsync(FileInfo? file, CancellationToken cancellation) =>
        file is null ? null : await ReadAsync(file, cancellation).ConfigureAwait(false);

    private static async Task<byte[]> ReadAsync(FileInfo file, CancellationToken cancellation) => file.Exists && file.Length > MaxFileSize
        ? throw new CliException(ExitCodes.CannotEvaluate, "file/format", $"{file.Name} is over {MaxFileSize >> 20} MiB.")
        : await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false);

    /// <summary>What a PEM block or base64 stands for; else the bytes as they are.</summary>
    private static byte[] Bytes(byte[] file)
    {
        string text = Encoding.Latin1.GetString(file);
        if (PemEncoding.TryFind(text, out PemFields fields))
        {
            return Convert.FromBase64String(text[fields.Base64Data]);
        }

        byte[] decoded = new byte[text.Length];
        return Convert.TryFromBase64String(text, decoded, out int length) ? decoded[..length] : file;
    }

    private static byte[] Key(byte[] file)
    {
        if (file is [(byte)'{', ..])
        {
            using JsonDocument json = JsonDocument.Parse(file);
            file = json.RootElement.TryGetProperty("public_key", out JsonElement pem) && pem.ValueKind == JsonValueKind.String
                ? Encoding.UTF8.GetBytes(pem.GetString()!)
                : throw new FormatException("There is no member public_key in the answer of /signing-key.");
        }

        return Bytes(file);
    }

    private static List<Digest32> Builds(byte[] file)
    {
        if (file is [(byte)'{', ..])
        {
            using JsonDocument json = JsonDocument.Parse(file);
            byte[][] registers = [.. Registers.Select(name =>
                json.RootElement.TryGetProperty("Measurements", out JsonElement measurements) && measurements.ValueKind == JsonValueKind.Object
                    && measurements.TryGetProperty(name, out JsonElement register) && register.ValueKind == JsonValueKind.String
                        ? Convert.FromHexString(register.GetString()!)
                        : throw new FormatException($"There is no {name} in this measurements file."))];
            return [OpenGradientHashes.OfRegisters(registers[0], registers[1], registers[2])];
        }

        List<Digest32> builds = [];
        foreach (string line in Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] != '#'))
        {
            builds.Add(Digest32.TryParseHex(line.StartsWith("0x", StringComparison.Ordinal) ? line.AsSpan(2) : line, out Digest32 build)
                ? build
                : throw new FormatException($"'{line}' isn't the hash of a build: 64 hexadecimal digits."));
        }

        return builds;
    }

    private static OpenGradientResponse Response(byte[] file) => OpenGradientResponse.TryRead(file, out string? error)
        ?? throw new CliException(ExitCodes.CannotEvaluate, error!, "This isn't a signed response of an OpenGradient enclave.", "It has tee_signature, tee_request_hash, tee_output_hash, tee_timestamp and tee_id.");

    private static string Request(byte[] file, string endpoint)
    {
        OpenGradientEndpoint where = endpoint switch { "completion" => OpenGradientEndpoint.Completion, "search" => OpenGradientEndpoint.WebSearch, _ => OpenGradientEndpoint.Chat };
        return OpenGradientRequest.TryCanonical(file, where, out string? error)
            ?? throw new CliException(ExitCodes.CannotEvaluate, error!, "An enclave couldn't have read this request.", "--request takes the JSON as it was sent; --endpoint says where.");
    }
}
