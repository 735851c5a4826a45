using System.Runtime.CompilerServices;
using Assay.Chat;
using Assay.Client;
using Assay.Receipts;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Assay.Extensions.AI;

/// <summary>
/// A chat model of a node, for Microsoft.Extensions.AI. Its answers are <b>unchecked</b>: put a <see cref="VerifyingChatClient"/> around it, which needs the bytes that
/// this client hands on. Safe for concurrent use, as its HttpClient is.
/// </summary>
public sealed class AssayChatClient : IChatClient
{
    private readonly AssayClient _client;
    private readonly ChatClientMetadata _metadata;
    private volatile KeySet? _keys;

    /// <summary>A model, asked at a level. There is no default.</summary>
    /// <param name="client">The node. Its connections, and how long they may take, are its HttpClient's; that may hold a <see cref="PaymentHandler"/>.</param>
    /// <param name="model">The model's name; <see cref="ChatOptions.ModelId"/> can say another one.</param>
    /// <param name="level">The level that each request names.</param>
    public AssayChatClient(AssayClient client, string model, VerificationLevel level)
        : this(client, model, PolicyDocument.For(level))
    {
    }

    /// <summary>A model, asked under a policy. There is no default.</summary>
    /// <param name="client">The node.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="policy">The policy that each request names.</param>
    public AssayChatClient(AssayClient client, string model, PolicyDocument policy)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(model);
        ArgumentNullException.ThrowIfNull(policy);
        (_client, Model, Policy) = (client, model, policy);
        _metadata = new ChatClientMetadata("assay", client.Node, model);
    }

    /// <summary>The model that is asked where options don't name one.</summary>
    public string Model { get; }

    /// <summary>What each request asks for: a level's policy, or another.</summary>
    public PolicyDocument Policy { get; }

    /// <summary>Asks, and returns what came, unchecked; the exchange stands in <see cref="ChatResponse.RawRepresentation"/>.</summary>
    /// <exception cref="NotSupportedException">Something in messages or options can't be said in OpenAI's dialect.</exception>
    /// <exception cref="NodeException">The node refused, or what came can't be read.</exception>
    /// <exception cref="ChatShortfallException">The bundle can't be had.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatChecker? checker = VerifyingChatClient.Checker;
        ReadOnlyMemory<byte> request = ChatRequestWriter.Write(messages, options, Model, Policy, isStream: false);
        ChatExchange exchange = await _client.ChatAsync(ChatKind.Chat, request, null, cancellationToken).ConfigureAwait(false);
        ChatResponse response = Read(exchange, checker) is { } answer ? ChatAnswers.ToResponse(answer, exchange.Answer) : new ChatResponse();
        response.RawRepresentation = exchange;
        return response;
    }

    /// <summary>Asks, and returns what comes, unchecked; the exchange stands in the last update's <see cref="ChatResponseUpdate.RawRepresentation"/>.</summary>
    /// <exception cref="NotSupportedException">Something in messages or options can't be said in OpenAI's dialect.</exception>
    /// <exception cref="NodeException">The node refused, or the stream broke off.</exception>
    /// <exception cref="ChatShortfallException">
    /// What came is no stream, or its bundle can't be had; inside of a <see cref="VerifyingChatClient"/>, which knows whose keys count, also: it isn't what the node signed on the way.
    /// </exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // It is known to the first step of an iterator only.
        ChatChecker? checker = VerifyingChatClient.Checker;
        ReadOnlyMemory<byte> request = ChatRequestWriter.Write(messages, options, Model, Policy, isStream: true);
        KeySet? keys = await KeysAsync(checker, cancellationToken).ConfigureAwait(false);
        using ChatCall call = await _client.OpenChatAsync(ChatKind.Chat, request, null, keys, cancellationToken).ConfigureAwait(false);
        await foreach (ChatStreamLine line in call.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (line.Data is { } data && ChatAnswers.ToUpdate(data) is { } update)
            {
                yield return update;
            }
        }

        if (call.HasOtherKeys)
        {
            _keys = null;
        }

        ChatExchange exchange = await call.CompleteAsync(cancellationToken).ConfigureAwait(false);
        ChatResponseUpdate last = Read(exchange, checker) is { } answer ? ChatAnswers.ToLastUpdate(answer, exchange.Answer) : new ChatResponseUpdate();
        last.RawRepresentation = exchange;
        yield return last;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(AssayClient) ? _client
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: the HttpClient is the caller's.</summary>
    public void Dispose()
    {
    }

    // Only for finding out early: what decides is the receipt at the end.
    private async ValueTask<KeySet?> KeysAsync(ChatChecker? checker, CancellationToken cancellation)
    {
        if (checker is null)
        {
            return null;
        }

        try
        {
            KeySet keys = _keys ??= await _client.GetKeySetAsync(cancellation).ConfigureAwait(false);
            return checker.Accepts(keys) ? keys : null;
        }
        catch (NodeException)
        {
            return null;
        }
    }

    // What can't be read is still evidence, for whoever checks; for others it is no answer.
    private static ChatAnswer? Read(ChatExchange exchange, ChatChecker? checker) => exchange.AnswerUnchecked("this client hands on what came, and says so")
        ?? (checker is null ? throw new NodeException(200, ChatClientCodes.Unreadable, exchange.IsWhole ? "The node's answer can't be read." : "The node's answer broke off.", "", []) : null);
}
