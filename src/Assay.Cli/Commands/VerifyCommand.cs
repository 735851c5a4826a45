using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Attestation;
using Assay.Chat;
using Assay.Cli.Chatting;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Programs;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay verify</c>: a bundle against a trust file. It reads files and nothing else; the network is used for <c>--refresh</c> and <c>--chain</c> only.</summary>
internal static class VerifyCommand
{
    // RFC 3339: an offset always, so that nobody has to guess it.
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"];

    internal static Command Create()
    {
        Argument<FileInfo> bundle = new("bundle") { Description = "The receipt file (*.receipt), a proof (*.proof), a fork proof, or a peer's refutation." };
        Option<FileInfo?> trust = new("--trust") { Description = "Trust file: which node and log count." };
        Option<bool> firstUse = new("--first-use") { Description = "No trust file: take the keys as they come, and print them." };
        Option<FileInfo?> request = new("--request") { Description = "The request body that you sent." };
        Option<FileInfo?> response = new("--response") { Description = "The response body that you received, or a stream that you saved (curl -N)." };
        Option<FileInfo?> stream = new("--stream") { Description = "A stream that you saved and that broke off: up to where the node signed it. The receipt is then the stream's, or any of the same node, for its keys." };
        Option<string?> require = new("--require") { Description = "The level that must be met; default: what was asked for." };
        Option<FileInfo?> policy = new("--policy") { Description = "A policy that must be met (JSON file, spec/levels.md); with --require, both must." };
        Option<FileInfo?> asked = new("--asked-policy") { Description = "The policy that you sent: a receipt that was signed for another one is refused." };
        Option<FileSystemInfo?> replay = new("--replay") { Description = "Re-run the model here and compare the bytes: folder with program.cbor and weights.bin ('assay model fetch' gets them); of a chat, the model's GGUF file." };
        Option<string?> weights = new("--weights") { Description = "The model whose weights are here, a folder as for --replay or a name in the node's folder: computes a proof key's root again, so that no publisher has to be believed." };
        Option<string?> model = new("--model") { Description = "The model's name as you called it: a receipt for another one is refused." };
        Option<string?> at = new("--at") { Description = "Judge as of this time (RFC 3339), and say so; default: this machine's clock." };
        Option<bool> refresh = new("--refresh") { Description = "First ask the node (--node) for what has come since: log proof, key events, endorsements. Nothing else is taken from it." };
        Option<Uri> node = Nodes.Option();
        Option<string[]> replayers = new("--replayer") { Description = "With --refresh: also ask this replay peer, by its address, for what it has refuted. Several times for several." };
        Option<FileInfo?> refreshed = new("--out") { Description = "With --refresh: where the refreshed receipt goes; default: nowhere." };
        Option<FileInfo?> receipt = new("--receipt") { Description = "For a peer's refutation: the receipt that it should be about." };
        AttestationInputs attestation = new();
        ChainInputs chains = new();
        Option<bool> checks = new("--checks") { Description = "List every check, not only those that failed." };
        return chains.On(attestation.On(new Command("verify", "Check a receipt offline: what is established, by what, and what isn't.")
        {
            bundle, trust, firstUse, request, response, stream, require, policy, asked, replay, weights, model, at, refresh, node, replayers, refreshed, receipt, checks, NodeFolder.Option,
        })).Do(async (parsed, output, cancellation) =>
        {
            byte[] file = await ReadAsync(parsed.GetRequiredValue(bundle), cancellation).ConfigureAwait(false);
            if (ForkProof.IsOne(file))
            {
                return ForkProofPrinter.Show(output, file);
            }

            FileSystemInfo? again = parsed.GetValue(replay);
            if (again is not null && !File.Exists(again.FullName) && !Directory.Exists(again.FullName))
            {
                throw new CliException(ExitCodes.CannotEvaluate, "file/not-found", $"--replay: there is no file or folder {again.FullName}.", "A folder with program.cbor and weights.bin, or a chat model's GGUF file; without --replay nothing is run again.");
            }

            LlamaReplayer? chat = again is FileInfo { Exists: true } gguf ? new LlamaReplayer(gguf.FullName, cancellation) : null;
            ExactModel? program = again is not null && chat is null ? ModelFolder.Open(again.FullName) : null;
            ExactModel? known = parsed.GetValue(weights) is { } text ? LocalWeights.Find(text, NodeFolder.Of(parsed)) : program;
            if (ProofFile.IsOne(file))
            {
                return ProofFileExplainer.Show(output, file, await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false), known);
            }

            if (RefutationExplainer.IsOne(file))
            {
                byte[]? about = parsed.GetValue(receipt) is { } given ? await ReadAsync(given, cancellation).ConfigureAwait(false) : null;
                return RefutationExplainer.Show(output, file, about, await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false));
            }

            if (AttestationFile.IsOne(file))
            {
                throw CliException.Usage("This is evidence of attested hardware, and no receipt.", $"To appraise it: assay attest verify {parsed.GetRequiredValue(bundle).Name}");
            }

            if (parsed.GetValue(receipt) is not null)
            {
                throw CliException.Usage("--receipt goes with a peer's refutation; this file isn't one.", "To check a receipt: assay verify <receipt> --trust FILE");
            }

            if (parsed.GetValue(refresh))
            {
                file = await ReceiptRefresh.RunAsync(output, file, parsed.GetRequiredValue(node), parsed.GetValue(replayers) ?? [], parsed.GetValue(refreshed), cancellation).ConfigureAwait(false);
            }
            else if (parsed.GetValue(refreshed) is not null || parsed.GetValue(replayers) is { Length: > 0 })
            {
                throw CliException.Usage("--out and --replayer go with --refresh.");
            }

            if (parsed.GetValue(weights) is not null && Bundle.TryDecode(file, out _) is { Proof: not null } proved && proved.Claims.Digest(ClaimRegistry.ModelModelId) is { } claimed)
            {
                LocalWeights.Require(known, new ModelId(claimed));
            }

            byte[]? asking = parsed.GetValue(request) is { } sent ? await ReadAsync(sent, cancellation).ConfigureAwait(false) : null;
            byte[]? answer = parsed.GetValue(response) is { } received ? await ReadAsync(received, cancellation).ConfigureAwait(false) : null;
            SseCapture? capture = null;
            if (parsed.GetValue(stream) is { } saved)
            {
                capture = answer is null ? CapturedStream.Read(saved.Name, await ReadAsync(saved, cancellation).ConfigureAwait(false))
                    : throw CliException.Usage("--stream and --response are both the answer: give one.");
            }
            else if (answer is not null && SseCapture.LooksLike(answer))
            {
                capture = CapturedStream.Read(parsed.GetValue(response)!.Name, answer);
            }

            Bundle? opened = capture is null ? null : Bundle.TryDecode(file, out _);
            bool isOther = parsed.GetValue(stream) is not null && opened is not null && !IsOf(opened, capture!);

            // A part of what the receipt covers can't have its digest.
            bool isPart = parsed.GetValue(stream) is not null && opened is { Envelope.Statement.Phase: ReceiptPhase.Final } && !isOther && !capture!.IsDone && capture.ErrorMessage is null;
            Verdict verdict = Verifier.Verify(new VerificationInput
            {
                Bundle = file,
                Trust = await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false),
                FirstUse = parsed.GetValue(firstUse),
                Require = ParseLevel(parsed.GetValue(require)),
                Policy = await PolicyFiles.ReadAsync(parsed.GetValue(policy), cancellation).ConfigureAwait(false),
                AskedPolicy = await PolicyFiles.ReadAsync(parsed.GetValue(asked), cancellation).ConfigureAwait(false),
                Now = ParseTime(parsed.GetValue(at)),
                NowIsGiven = parsed.GetValue(at) is not null,
                RequestBytes = isOther ? null : Bytes(asking),
                ResponseBytes = isOther || isPart ? null : capture is null ? Bytes(answer) : capture.Transcript,
                CalledModel = parsed.GetValue(model),
                Replayer = program is null ? null : new ProgramReplayer([program]),
                ChatReplayer = chat,
                Weights = known is null ? null : new LocalWeights(known),
                Chain = await chains.ReadAsync(parsed, file, cancellation).ConfigureAwait(false),
                Confirmations = chains.Confirmations(parsed),
                Attestation = await attestation.ReadAsync(parsed, output, cancellation).ConfigureAwait(false),
            });
            CapturedStream? found = capture is null || opened is null ? null : CapturedStream.Check(capture, asking, opened.KeySet);
            found?.Show(output, !isOther && !isPart && verdict.Checks.Any(static check => check is { Code: CheckCodes.ResponseWire, Result: CheckResult.Pass }));
            if (found is not null && isOther)
            {
                return ShowKeysOnly(output, verdict, found);
            }

            if (found is { IsRefuted: false } && isPart && verdict.Outcome != Outcome.Untrusted)
            {
                return ShowPart(output, found);
            }

            int exit = Show(output, verdict, parsed.GetValue(checks), found is null ? null : json => json["stream"] = new JsonObject { ["done"] = found.IsDone, ["signed"] = found.IsSigned, ["refuted"] = found.IsRefuted });
            if (found is { IsRefuted: true })
            {
                // The receipt and what was signed on the way can't both be of this stream.
                output.Note("Untrusted: the stream isn't what was signed on the way.");
                exit = ExitCodes.Untrusted;
            }

            if (chat?.Differs is { } differs)
            {
                output.Note($"The chat wasn't asked again: {differs}.");
            }

            return exit;
        });
    }

    // The id in every event is the receipt's.
    private static bool IsOf(Bundle bundle, SseCapture capture) =>
        capture.Transcript.Span.IndexOf(System.Text.Encoding.ASCII.GetBytes(bundle.Envelope.Statement.Id.ToString())) >= 0;

    // The whole answer's verdict would say more than a part of it can have.
    private static int ShowPart(Output output, CapturedStream stream)
    {
        output.Line(stream.IsSigned
            ? "The stream was cut: up to the last event that the node signed it is a part of what the receipt covers; what follows can't be compared. A part meets no policy: ask the node for the whole answer (/v1/receipts/{id}/bundle)."
            : "The stream was cut, and nothing in it that the node signed can be compared. A part meets no policy: ask the node for the whole answer (/v1/receipts/{id}/bundle).");
        WriteStream(output, stream, isTrusted: true);
        return ExitCodes.CannotEvaluate;
    }

    private static void WriteStream(Output output, CapturedStream stream, bool isTrusted) => output.Json(json =>
    {
        json.WriteBoolean("done", stream.IsDone);
        json.WriteBoolean("signed", stream.IsSigned);
        json.WriteBoolean("refuted", stream.IsRefuted);
        json.WriteBoolean("keysTrusted", isTrusted);
    });

    // Another answer's receipt only says whose keys these are: a stream without its own receipt meets nothing.
    private static int ShowKeysOnly(Output output, Verdict verdict, CapturedStream stream)
    {
        bool isTrusted = verdict.Checks.All(static check => check.Code is not (CheckCodes.KeySetTrusted or CheckCodes.KeySetDigest or CheckCodes.KeySetValidity or CheckCodes.KeySetHistory) || check.Result != CheckResult.Fail);
        string told = !isTrusted ? "Untrusted. " + verdict.Summary
            : stream.IsRefuted ? "Untrusted. The stream isn't what the node signed on the way."
            : stream.IsSigned ? "The receipt is another answer's: its keys were taken. That part of the stream is evidence of what the node said, and meets no policy: ask it for the stream's own receipt."
            : "The receipt is another answer's, and nothing in the stream is signed: ask the node for the stream's own receipt.";
        output.Line(told);
        int code = isTrusted && !stream.IsRefuted ? ExitCodes.CannotEvaluate : ExitCodes.Untrusted;
        WriteStream(output, stream, isTrusted);
        return code;
    }

    private static void Write(Utf8JsonWriter json, Verdict verdict, Action<JsonObject>? members)
    {
        if (members is null)
        {
            VerdictJson.Write(json, verdict);
            return;
        }

        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            VerdictJson.Write(writer, verdict);
        }

        JsonObject whole = JsonNode.Parse(buffer.ToArray())!.AsObject();
        members(whole);
        whole.WriteTo(json);
    }

    /// <summary>Shows a verdict.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="allChecks">Whether checks that passed are shown too.</param>
    /// <param name="members">Adds members to the JSON object; null: none.</param>
    internal static int Show(Output output, Verdict verdict, bool allChecks = false, Action<JsonObject>? members = null)
    {
        output.JsonValue(json => Write(json, verdict, members));
        output.Line(VerdictText.Render(verdict, allChecks).TrimEnd());
        if (verdict.Receipt is { } receipt && verdict.Checks.Any(static c => c.Detail is DetailCodes.FirstUse or DetailCodes.NoTrustFile))
        {
            PrintPinning(output, receipt, isFirstUse: verdict.Checks.Any(static c => c.Detail == DetailCodes.FirstUse));
        }

        return verdict.ExitCode;
    }

    // What the next step is: nobody should have to guess how to trust, or trust without noticing.
    private static void PrintPinning(Output output, ReceiptFacts receipt, bool isFirstUse)
    {
        output.Line("These commands do that:");
        foreach (string line in receipt.TrustLines.TrimEnd('\n').Split('\n'))
        {
            output.Line($"  assay trust add {line} --trust trust.txt");
        }

        output.Line(isFirstUse
            ? "Until then nothing but the receipt itself says whose keys these are."
            : "To look at the receipt before that, taking its keys as they come: assay verify … --first-use");
    }

    internal static VerificationLevel? ParseLevel(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return VerificationLevel.TryParse(text, out VerificationLevel level, out string? error)
            ? level
            : throw CliException.Usage($"'{text}' isn't a verification level ({error}).", "Levels are signed, replay, tee, zk; join them by '+'.");
    }

    internal static DateTimeOffset ParseTime(string? text)
    {
        if (text is null)
        {
            return TimeProvider.System.GetUtcNow();
        }

        // 'K' would take a time without an offset for this machine's own.
        bool hasOffset = text.EndsWith('Z') || (text.Length > 6 && (text[^6] is '+' or '-'));
        return hasOffset && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time)
            ? time
            : throw CliException.Usage($"'{text}' isn't a time.", "For example 2026-11-21T12:00:00Z.");
    }

    // A null array would become empty memory, which isn't "no bytes given".
    private static ReadOnlyMemory<byte>? Bytes(byte[]? content)
    {
        if (content is null)
        {
            return null;
        }

        return content;
    }

    private static async Task<byte[]> ReadAsync(FileInfo file, CancellationToken cancellation) => await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false);
}
