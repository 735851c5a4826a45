using System.Globalization;
using Assay.Chat;

namespace Assay.Node.Chatting;

/// <summary>How many tokens a request may be answered with. What the operator allows at most is the node's choice, and the receipt says so.</summary>
internal static class AnswerLimits
{
    // A model here computes one request's answers one after the other, and whoever waits, waits for all of them.
    private const int Contexts = 4;

    /// <summary>Lowers what wasn't asked for, and refuses what was.</summary>
    /// <param name="plan">How the backend would apply the request.</param>
    /// <param name="model">The model.</param>
    /// <param name="choices">How many answers there will be.</param>
    /// <param name="fault">Why it is refused.</param>
    internal static ChatPlan? Apply(ChatPlan plan, ChatModel model, int choices, out ChatFault? fault)
    {
        fault = null;
        if (plan.Request.Kind == ChatKind.Embedding)
        {
            return plan;
        }

        int each = model.Limits.OutputTokens ?? int.MaxValue;
        long together = model.Limits.RequestTokens ?? (model.RunsHere && model.Backend.Info.ContextTokens is { } context ? (long)Contexts * context : long.MaxValue);
        int most = (int)Math.Min(each, together / Math.Max(choices, 1));
        if (most < 1)
        {
            fault = new ChatFault(ChatCodes.TooLong, $"{choices} answers are more than this model gives to one request: {together} tokens at most, all of them together.", Several(plan));
            return null;
        }

        if (plan.Applied.MaxTokens is null ? most == int.MaxValue : plan.Applied.MaxTokens <= most)
        {
            return plan;
        }

        if (plan.Request.Parameters.MaxTokens is { } asked)
        {
            fault = asked > each
                ? new ChatFault(ChatCodes.TooLong, $"{asked} tokens are more than this model may answer with: at most {each}.", "max_tokens")
                : new ChatFault(ChatCodes.TooLong, $"{choices} answers of {asked} tokens are more than this model gives to one request: {together} tokens at most, all of them together.", choices > 1 ? Several(plan) : "max_tokens");
            return null;
        }

        const string Own = "defaulted max_tokens ";
        List<string> mutations = [.. plan.Mutations.Where(static mutation => !mutation.StartsWith(Own, StringComparison.Ordinal))];
        int place = mutations.FindIndex(static mutation => mutation.StartsWith("injected ", StringComparison.Ordinal) || mutation.StartsWith("withheld ", StringComparison.Ordinal));
        mutations.Insert(place < 0 ? mutations.Count : place, string.Create(CultureInfo.InvariantCulture, $"{Own}{most}"));
        return plan with { Applied = plan.Applied with { MaxTokens = most }, Mutations = mutations };
    }

    private static string Several(ChatPlan plan) => plan.Request.Kind == ChatKind.Completion && plan.Request.Messages.Count > 1 ? "prompt" : "n";
}
