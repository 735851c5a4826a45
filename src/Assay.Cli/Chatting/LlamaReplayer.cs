using System.Globalization;
using System.Text.RegularExpressions;
using Assay.Chat;
using Assay.Llama;
using Assay.Node.Chatting;
using Assay.Verification;

namespace Assay.Cli.Chatting;

/// <summary>Asks a GGUF model on this machine again, by the build and settings that a receipt names; under others it says nothing (spec/chat.md, "Replay").</summary>
internal sealed partial class LlamaReplayer(string gguf, CancellationToken cancellation) : IChatReplayer
{
    private static readonly ReplayResult Conditions = new ReplayResult.NotAvailable("replay/conditions-differ");
    private static readonly ReplayResult Unavailable = new ReplayResult.NotAvailable("replay/unavailable");

    /// <summary>What differs from the receipt's conditions, for people; null: nothing, or it wasn't looked at yet.</summary>
    internal string? Differs { get; private set; }

    public ReplayResult Replay(ChatReplayRequest request)
    {
        if (Settings().Match(request.Backend) is not { Success: true } settings)
        {
            Differs = $"it ran by '{request.Backend}'";
            return Conditions;
        }

        if (request.Template is not { } digest || LlamaBackend.TemplateOf(digest) is not { } template)
        {
            Differs = "its chat template is none of this build's";
            return Conditions;
        }

        using LlamaBackend? backend = TryOpen(new LlamaOptions { Threads = Number(settings, 1), ContextTokens = Number(settings, 2), BatchTokens = Number(settings, 3), Template = template });
        if (backend?.Info is not { } here)
        {
            return Differs is null ? OtherSettings(request) : Unavailable;
        }

        if (here.Model != request.Model)
        {
            // The caller chose the file: a wrong one says nothing about the operator.
            Differs = $"the file that you gave isn't the model that the receipt names (it is {here.Model}, the receipt's is {request.Model})";
            return Unavailable;
        }

        Differs = here.Backend != request.Backend ? $"it ran by '{request.Backend}', and here is '{here.Backend}'"
            : here.InstructionSet != request.InstructionSet ? $"it ran on '{request.InstructionSet}', and here is '{here.InstructionSet}'"
            : here.Tokenizer != request.Tokenizer ? "its tokenizer is another one"
            : null;
        return Differs is null ? Ask(backend, request) : Conditions;
    }

    private static int Number(Match settings, int group) => int.Parse(settings.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private ReplayResult OtherSettings(ChatReplayRequest request)
    {
        Differs = $"this build or machine can't have the settings of '{request.Backend}'";
        return Conditions;
    }

    private LlamaBackend? TryOpen(LlamaOptions options)
    {
        try
        {
            return LlamaBackend.Open(gguf, options);
        }
        catch (ArgumentOutOfRangeException)
        {
            // Settings that this build or machine can't have.
            return null;
        }
        catch (Exception e) when (e is LlamaException or IOException or UnauthorizedAccessException)
        {
            string hint = e is LlamaException { Hint: { Length: > 0 } help } ? " " + help : "";
            Differs = $"the replay wasn't possible here. {e.Message}{hint}".TrimEnd('.');
            return null;
        }
    }

    private ReplayResult Ask(LlamaBackend backend, ChatReplayRequest request)
    {
        if (backend.Plan(request.Request, out _) is not { } plan)
        {
            return new ReplayResult.Refused();
        }

        return AskAsync(backend, plan with { Applied = request.Applied }).GetAwaiter().GetResult();
    }

    // Put together by the node's own code: a copy of it could come to differ.
    private async Task<ReplayResult> AskAsync(LlamaBackend backend, ChatPlan plan)
    {
        List<CollectedChoice> choices = [];
        List<ReadOnlyMemory<float>> vectors = [];
        await foreach (ChatEvent item in backend.RunAsync(plan, static _ => { }, cancellation).ConfigureAwait(false))
        {
            if (item.Embedding is { } vector)
            {
                vectors.Add(vector);
                continue;
            }

            while (choices.Count <= item.Choice)
            {
                choices.Add(new CollectedChoice());
            }

            choices[item.Choice].Add(AnswerText.Clean(item));
            choices[item.Choice].FinishReason ??= item.FinishReason;
        }

        ChatAnswer answer = new() { Id = "", Model = "", Choices = [.. choices.Select(static choice => choice.Read())], Embeddings = vectors };
        return new ReplayResult.Ran(answer.Parts(), null) { FinishReasons = [.. answer.Choices.Select(static choice => choice.FinishReason)] };
    }

    [GeneratedRegex(@"^llama\.cpp/\S+ sha256:[0-9a-f]{64} threads=([0-9]{1,6}) context=([0-9]{1,7}) batch=([0-9]{1,7})$", RegexOptions.CultureInvariant)]
    private static partial Regex Settings();
}
