using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Chat;
using Assay.Cli.Commands;
using Assay.Cli.Console;
using Assay.Cli.Paying;
using Assay.Client;
using Assay.Primitives;
using Assay.Verification;

namespace Assay.Cli.Chatting;

/// <summary><c>assay chat</c>: a conversation in the terminal, each answer checked.</summary>
internal static class ChatCommand
{
    private const int MostNames = 20;

    internal static Command Create()
    {
        CheckInputs inputs = new("--level");
        Argument<string?> model = new("model") { Description = "The model; without it the node's only chat model.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> system = new("--system") { Description = "The system prompt." };
        Option<string?> once = new("--once") { Description = "Ask this, and end." };
        Option<bool> provisional = new("--provisional") { Description = "Show text as it comes also where the output isn't a terminal, which can't take it back." };
        Option<int?> tokens = new("--max-tokens") { Description = "Most tokens of an answer; default: a quarter of what the model holds, so that the conversation has room, where the node says how much that is." };
        Option<double?> temperature = new("--temperature") { Description = "0 to 2." };
        Option<ulong?> seed = new("--seed") { Description = "The seed." };
        return inputs.On(new Command("chat", "Talk to a model; each answer is checked when it has come.") { model, system, once, provisional, tokens, temperature, seed }).Do(async (parsed, output, cancellation) =>
        {
            if (output.IsJson && parsed.GetValue(once) is null)
            {
                throw CliException.Usage("--json goes with --once: one question, one object.");
            }

            ChatChecker checker = await inputs.CheckerAsync(parsed, output, cancellation).ConfigureAwait(false);
            using Purse? purse = inputs.Purse(parsed, checker, output);
            AssayClient client = Nodes.Chat(Nodes.PatientOf(purse), inputs.Node(parsed));
            string name = parsed.GetValue(model) ?? await OnlyModelAsync(client, cancellation).ConfigureAwait(false);
            int? longest = parsed.GetValue(tokens) ?? await AnswerRoom.OfAsync(client, name, cancellation).ConfigureAwait(false);
            ChatScreen screen = new(output, isTerminal: !System.Console.IsOutputRedirected && !output.IsJson, showsProvisional: parsed.GetValue(provisional));
            ChatConversation conversation = new(client, checker, new ChatSettings(name, parsed.GetValue(system), longest, parsed.GetValue(temperature), parsed.GetValue(seed)), inputs.Save(parsed), screen)
            {
                FirstUse = inputs.IsFirstUse(parsed),
                Token = purse?.Policy.Tokens[0],
            };
            if (parsed.GetValue(once) is { } question)
            {
                int exit = await TurnAsync(conversation, screen, question, cancellation).ConfigureAwait(false);
                output.Json(json => Write(json, conversation.Last));
                return exit;
            }

            return await TalkAsync(conversation, screen, name, cancellation).ConfigureAwait(false);
        });
    }

    private static async Task<int> TalkAsync(ChatConversation conversation, ChatScreen screen, string name, CancellationToken cancellation)
    {
        bool isTyped = !System.Console.IsInputRedirected && screen.IsTerminal;
        if (isTyped)
        {
            screen.Greet($"{name}. Grey text is unchecked; the line below an answer says what was checked. Ctrl+C stops an answer, Ctrl+D ends.");
        }

        int worst = ExitCodes.Met;
        while (!cancellation.IsCancellationRequested)
        {
            if (isTyped)
            {
                screen.Prompt();
            }

            if (await System.Console.In.ReadLineAsync(cancellation).ConfigureAwait(false) is not { } line)
            {
                break;
            }

            if (line.Trim().Length == 0)
            {
                continue;
            }

            int exit = await TurnAsync(conversation, screen, line, cancellation).ConfigureAwait(false);
            worst = worst == ExitCodes.Met ? exit : worst;
        }

        // Somebody who types has seen it.
        return isTyped ? ExitCodes.Met : worst;
    }

    private static async Task<int> TurnAsync(ChatConversation conversation, ChatScreen screen, string text, CancellationToken cancellation)
    {
        using CancellationTokenSource turn = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            turn.Cancel();
        });
        try
        {
            return await conversation.AskAsync(text, turn.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            screen.Failed("Stopped: what came isn't checked, and is no part of the conversation.");
            return ExitCodes.CannotEvaluate;
        }
        catch (NodeException e)
        {
            screen.Failed($"No answer: {e.Message} [{e.Code}]{(e.Status == 402 && e.Code.StartsWith("payment/", StringComparison.Ordinal) ? " ('--pay WALLET' pays)" : "")}");
            if (e.Code == ChatCodes.TooLong)
            {
                screen.Note(conversation.HasTurns
                    ? "The conversation has outgrown the model, which is given all of it each time: end it (Ctrl+D) and start anew."
                    : "The question, with the longest answer to it (--max-tokens), is longer than the model takes.");
            }

            return ExitCodes.CannotEvaluate;
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            screen.Failed($"No answer: the node doesn't answer ({e.Message}). Is it running? 'assay serve' starts one; --node says where it is. [node/unreachable]");
            return ExitCodes.CannotEvaluate;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            screen.Failed($"No answer: {e.Message}");
            return ExitCodes.CannotEvaluate;
        }
    }

    private static async Task<string> OnlyModelAsync(AssayClient client, CancellationToken cancellation)
    {
        string[] names = ChatModels(await client.GetAsync("v1/models", cancellation).ConfigureAwait(false))
            ?? throw new NodeException(200, "client/reply", "The node's list of models can't be read.", "Name the model: assay chat MODEL …", []);
        return names.Length == 1 ? names[0] : throw CliException.Usage(
            names.Length == 0 ? "This node has no chat models." : $"Which model? {string.Join(", ", names.Take(MostNames))}{(names.Length > MostNames ? ", …" : "")}", "assay chat MODEL …");
    }

    // Null: it is no such list.
    private static string[]? ChatModels(byte[] reply)
    {
        if (StrictJson.TryParse(reply, ChatLimits.BodyBytes, ChatLimits.Depth) is not { ValueKind: JsonValueKind.Object } root
            || !root.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        List<string> names = [];
        foreach (JsonElement model in data.EnumerateArray())
        {
            if (model.ValueKind != JsonValueKind.Object || (model.TryGetProperty("kind", out JsonElement kind) && kind.ValueKind != JsonValueKind.String))
            {
                return null;
            }

            if (kind.ValueKind == JsonValueKind.String && kind.ValueEquals("chat"u8))
            {
                if (!model.TryGetProperty("id", out JsonElement id) || id.ValueKind != JsonValueKind.String)
                {
                    return null;
                }

                names.Add(id.GetString()!);
            }
        }

        return [.. names];
    }

    private static void Write(Utf8JsonWriter json, ChatTurn? turn)
    {
        json.WriteString("text", turn?.Text);
        json.WriteString("finish", turn?.Finish);
        json.WriteString("saved", turn?.Saved);
        json.WriteString("reason", turn?.Reason ?? "chat/no-answer");
        json.WritePropertyName("verdict");
        if (turn?.Verdict is { } verdict)
        {
            VerdictJson.Write(json, verdict);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
