using Assay.Client;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Assay.Extensions.AI;

/// <summary>
/// A conversation of checked turns: each names the receipt of the turn before (spec/chat.md, "Lineage"), and a turn that isn't checked becomes no part of it. One turn at a time.
/// </summary>
public sealed class VerifiedConversation
{
    private readonly VerifyingChatClient _client;
    private readonly List<ChatMessage> _messages = [];

    /// <summary>Begins one.</summary>
    /// <param name="client">Asks and checks.</param>
    /// <param name="instructions">The system prompt; null: none.</param>
    public VerifiedConversation(VerifyingChatClient client, string? instructions = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        if (instructions is not null)
        {
            _messages.Add(new ChatMessage(ChatRole.System, instructions));
        }
    }

    /// <summary>What was said so far, all of it checked.</summary>
    public IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>The turn before, with its verdict; null: there was none.</summary>
    public CheckedChat? Last { get; private set; }

    /// <summary>Says something, and returns the checked answer.</summary>
    /// <exception cref="ChatShortfallException">The answer isn't released; the conversation stands as before.</exception>
    public Task<ChatResponse> AskAsync(string text, ChatOptions? options = null, CancellationToken cancellation = default) => AskAsync([new ChatMessage(ChatRole.User, text)], options, cancellation);

    /// <summary>Says something, results of calls for instance, and returns the checked answer.</summary>
    /// <exception cref="ChatShortfallException">The answer isn't released; the conversation stands as before.</exception>
    public async Task<ChatResponse> AskAsync(IReadOnlyList<ChatMessage> more, ChatOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(more);
        ChatOptions asked = options?.Clone() ?? new ChatOptions();
        if (Last is { Verdict.Receipt.Digest: var before })
        {
            (asked.AdditionalProperties ??= [])["continues"] = before.ToString();
        }

        ChatResponse response = await _client.GetResponseAsync([.. _messages, .. more], asked, cancellation).ConfigureAwait(false);
        Last = (CheckedChat)response.RawRepresentation!;
        _messages.AddRange(more);
        _messages.AddRange(response.Messages);
        return response;
    }
}
