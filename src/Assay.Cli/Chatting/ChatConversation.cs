using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Chat;
using Assay.Cli.Paying;
using Assay.Client;
using Assay.Cli.Console;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Chatting;

/// <summary>A conversation with a node: each turn names the receipt of the one before, and one that isn't checked becomes no part of it.</summary>
internal sealed class ChatConversation(AssayClient client, ChatChecker checker, ChatSettings settings, SavedExchanges? save, ChatScreen screen)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(string Role, string Text)> _messages = settings.System is { } system ? [("system", system)] : [];
    private Digest32? _before;
    private string[] _changes = [];
    private bool _keysSaid;

    /// <summary>Whether keys are taken as they come; then the first ones are said, and kept.</summary>
    internal bool FirstUse { get; init; }

    /// <summary>What answers are paid with; null: they aren't.</summary>
    internal AllowedToken? Token { get; init; }

    /// <summary>The last turn; null: there is none, or nothing came of it.</summary>
    internal ChatTurn? Last { get; private set; }

    /// <summary>Whether an answer is part of it.</summary>
    internal bool HasTurns => _before is not null;

    /// <summary>Asks, shows and checks; the exit code of its verdict.</summary>
    internal async Task<int> AskAsync(string text, CancellationToken cancellation)
    {
        Last = null;
        ReadOnlyMemory<byte> request = Request(text);
        KeySet keys = await client.GetKeySetAsync(cancellation).ConfigureAwait(false);
        string? saved = null;
        bool isComplete = false;
        try
        {
            using ChatCall call = await client.OpenChatAsync(ChatKind.Chat, request, null, checker.Accepts(keys) ? keys : null, cancellation).ConfigureAwait(false);
            StringBuilder shown = new();
            await foreach (ChatStreamLine line in call.ReadAsync(cancellation).ConfigureAwait(false))
            {
                if (line.Data is { } data && Piece(data) is { } piece)
                {
                    shown.Append(piece);
                    screen.Provisional(piece);
                }
            }

            ChatExchange exchange = await call.CompleteAsync(cancellation).ConfigureAwait(false);
            isComplete = true;
            saved = save?.Keep(exchange);
            Pay(exchange);
            CheckedChat found = checker.Check(exchange);
            if (found.Answer.Choices is not [{ } choice] || (screen.Shows && shown.ToString() != (choice.Content ?? "")))
            {
                throw ChatShortfallException.Of(ChatClientCodes.ProvisionalDiffers, "The answer isn't released: the text that was shown as it came isn't the one that was checked.", found);
            }

            Accept(text, choice, found, saved);
            return ExitCodes.Met;
        }
        catch (ChatShortfallException e)
        {
            if (!isComplete && e.Exchange is { } received)
            {
                saved = save?.Keep(received);
                Pay(received);
            }

            screen.Failed($"DOESN'T COUNT. {e.Message} [{e.Reason}]");
            screen.Note(saved is null ? "The conversation goes on as if it hadn't been said." : $"The conversation goes on as if it hadn't been said. Evidence: {saved}");
            Last = new ChatTurn(null, null, e.Reason, e.Verdict, saved);
            return e.Verdict is { Outcome: not Outcome.Met } verdict ? verdict.ExitCode : ExitCodes.Untrusted;
        }
    }

    // Whatever the answer is worth: the money is gone.
    private void Pay(ChatExchange exchange)
    {
        if (exchange.Payment is not { } paid || Token is null)
        {
            return;
        }

        screen.Note($"paid {PaymentPrinter.Charged(paid, Token)}");
        if (PaymentPrinter.Problem(paid) is { } problem)
        {
            screen.Note(problem);
        }
    }

    private void Accept(string text, ChatChoice choice, CheckedChat found, string? saved)
    {
        string said = choice.Content ?? "";
        screen.Checked(said, mayBeShown: true);
        screen.Checked(choice.Refusal ?? "", mayBeShown: false);

        screen.Verdict(VerdictLine.Of(found.Verdict) + (choice.FinishReason == "length" ? "; it was cut at its longest" : ""));

        // A seed is drawn for every turn; what else the node does is said when it is new.
        string[] changes = [.. (Bundle.TryDecode(found.Exchange.Bundle, out _)?.Claims.Texts(ClaimRegistry.RequestMutations) ?? []).Where(static change => !change.StartsWith("defaulted seed ", StringComparison.Ordinal))];
        if (changes.Length > 0 && !changes.SequenceEqual(_changes))
        {
            screen.Note($"by the node: {string.Join(", ", changes)}");
        }

        if (saved is not null)
        {
            screen.Note($"kept: {saved}");
        }

        if (FirstUse && !_keysSaid)
        {
            _keysSaid = true;
            string kept = save is null ? "" : $" They are in {save.KeepTrust(found.Verdict.Receipt!)}.";
            screen.Note($"first use: nothing told you whose keys these are.{kept} Compare with the operator by another way: node {found.Verdict.Receipt!.Node}, key set {found.Verdict.Receipt.KeySet}");
        }

        _changes = changes;
        _before = found.Verdict.Receipt!.Digest;
        _messages.Add(("user", text));
        _messages.Add(("assistant", said));
        Last = new ChatTurn(said, choice.FinishReason, found.Verdict.Reason, found.Verdict, saved);
    }

    private ReadOnlyMemory<byte> Request(string text)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Json))
        {
            json.WriteStartObject();
            json.WriteString("model", settings.Model);
            json.WriteStartArray("messages");
            foreach ((string role, string said) in _messages.Append(("user", text)))
            {
                json.WriteStartObject();
                json.WriteString("role", role);
                json.WriteString("content", said);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (settings.MaxTokens is { } most)
            {
                json.WriteNumber("max_completion_tokens", most);
            }

            if (settings.Temperature is { } temperature)
            {
                json.WriteNumber("temperature", temperature);
            }

            if (settings.Seed is { } seed)
            {
                json.WriteNumber("seed", seed);
            }

            json.WriteBoolean("stream", true);
            json.WriteStartObject("stream_options");
            json.WriteBoolean("include_usage", true);
            json.WriteEndObject();
            if (_before is { } before)
            {
                json.WriteString("continues", before.ToString());
            }

            json.WriteString("verification", checker.Level.ToString());
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static string? Piece(ReadOnlyMemory<byte> data)
    {
        if (StrictJson.TryParse(data.Span, ChatLimits.EventBytes, ChatLimits.Depth) is { ValueKind: JsonValueKind.Object } root
            && root.TryGetProperty("choices", out JsonElement choices) && choices is { ValueKind: JsonValueKind.Array } && choices.GetArrayLength() > 0
            && choices[0] is { ValueKind: JsonValueKind.Object } choice && choice.TryGetProperty("delta", out JsonElement delta) && delta.ValueKind == JsonValueKind.Object
            && delta.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String)
        {
            return content.GetString();
        }

        return null;
    }
}
