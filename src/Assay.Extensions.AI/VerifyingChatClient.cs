using System.Runtime.CompilerServices;
using System.Text;
using Assay.Client;
using Assay.Receipts;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Assay.Extensions.AI;

/// <summary>
/// Gives out only what was checked: the request is written here once more from messages and options, and must be the one that the receipt binds, byte for byte; the answer
/// is read from the bytes that the receipt binds, whatever the clients in between made of it. Safe for concurrent use.
/// </summary>
/// <remarks>
/// What is put around this client gets checked answers, what stands between it and the <see cref="AssayChatClient"/> may watch, and change nothing. Text that isn't
/// checked needs one of the two calls that say so in their names.
/// </remarks>
public sealed class VerifyingChatClient : DelegatingChatClient
{
    // By call: whose keys count is known here, the lines of a stream further in, and a client in between may copy or store options.
    private static readonly AsyncLocal<ChatChecker?> Current = new();

    private readonly ChatChecker _checker;
    private readonly AssayChatClient _node;

    /// <summary>Requires a level. There is no default.</summary>
    /// <param name="innerClient">An <see cref="AssayChatClient"/>, or what stands around it.</param>
    /// <param name="level">What must be established: the level that the inner client asks for.</param>
    /// <param name="options">By whose word.</param>
    /// <param name="time">The clock that receipts are held against.</param>
    public VerifyingChatClient(IChatClient innerClient, VerificationLevel level, CheckOptions options, TimeProvider time)
        : this(innerClient, new ChatChecker(level, options, time))
    {
    }

    /// <summary>Requires a policy. There is no default.</summary>
    /// <param name="innerClient">An <see cref="AssayChatClient"/>, or what stands around it.</param>
    /// <param name="policy">What must be met: the policy that the inner client asks under.</param>
    /// <param name="options">By whose word.</param>
    /// <param name="time">The clock that receipts are held against.</param>
    public VerifyingChatClient(IChatClient innerClient, PolicyDocument policy, CheckOptions options, TimeProvider time)
        : this(innerClient, new ChatChecker(policy, options, time))
    {
    }

    private VerifyingChatClient(IChatClient innerClient, ChatChecker checker)
        : base(innerClient)
    {
        _checker = checker;
        _node = innerClient.GetService<AssayChatClient>()
            ?? throw new ArgumentException("There is no AssayChatClient inside: only its answers come with the bytes that are checked.", nameof(innerClient));
        if (_node.Policy.Digest != checker.Asked.Digest)
        {
            throw new ArgumentException("The client inside asks for another level or policy than is required here.", nameof(innerClient));
        }
    }

    /// <summary>Whose keys count for the stream that is being opened; null: nobody checks it.</summary>
    internal static ChatChecker? Checker => Current.Value;

    /// <summary>Asks, checks, and returns the answer only if everything that is required is met; the <see cref="CheckedChat"/> stands in <see cref="ChatResponse.RawRepresentation"/>.</summary>
    /// <exception cref="ChatShortfallException">It isn't met; the exception carries the verdict, and no text.</exception>
    /// <exception cref="InvalidOperationException">A client in between answered without the bytes that are checked.</exception>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] asked = [.. messages];
        ReadOnlyMemory<byte> request = Request(asked, options, isStream: false);
        Current.Value = _checker;
        ChatResponse unchecked_ = await InnerClient.GetResponseAsync(asked, options, cancellationToken).ConfigureAwait(false);
        return Released(Check(unchecked_.RawRepresentation, request, isStream: false));
    }

    /// <summary>As <see cref="GetResponseAsync"/>: nothing comes before everything is checked. The node streams nevertheless, so that it can be told to stop.</summary>
    /// <exception cref="ChatShortfallException">It isn't met; the exception carries the verdict, and no text.</exception>
    /// <exception cref="InvalidOperationException">A client in between answered without the bytes that are checked.</exception>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] asked = [.. messages];
        ReadOnlyMemory<byte> request = Request(asked, options, isStream: true);
        object? exchange = null;
        await foreach (ChatResponseUpdate update in StreamAsync(asked, options, cancellationToken).ConfigureAwait(false))
        {
            exchange = update.RawRepresentation ?? exchange;
        }

        CheckedChat checked_ = Check(exchange, request, isStream: true);
        ChatResponseUpdate[] updates = Released(checked_).ToChatResponseUpdates();
        updates[^1].RawRepresentation = checked_;
        foreach (ChatResponseUpdate update in updates)
        {
            yield return update;
        }
    }

    /// <summary>
    /// Text as it comes, <b>unchecked</b>, and then the verdict: the last update, whose <see cref="ChatResponseUpdate.RawRepresentation"/> is the <see cref="CheckedChat"/>, comes only if
    /// everything that is required is met, and has the calls that the model wants made. Whoever shows text before must be able to take it back.
    /// </summary>
    /// <exception cref="ChatShortfallException">It isn't met, or the text isn't what the node signed on the way: that is said at once.</exception>
    /// <exception cref="InvalidOperationException">A client in between answered without the bytes that are checked.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetProvisionalStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ChatMessage[] asked = [.. messages];
        ReadOnlyMemory<byte> request = Request(asked, options, isStream: true);
        object? exchange = null;
        StringBuilder text = new(), reasoning = new();
        await foreach (ChatResponseUpdate update in StreamAsync(asked, options, cancellationToken).ConfigureAwait(false))
        {
            exchange = update.RawRepresentation ?? exchange;
            AIContent[] shown = [.. update.Contents.Where(static content => content is TextContent or TextReasoningContent)];
            foreach (AIContent content in shown)
            {
                _ = content is TextContent said ? text.Append(said.Text) : reasoning.Append(((TextReasoningContent)content).Text);
            }

            if (shown.Length > 0)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, shown) { ResponseId = update.ResponseId, MessageId = update.MessageId, ModelId = update.ModelId };
            }
        }

        CheckedChat checked_ = Check(exchange, request, isStream: true);
        Chat.ChatChoice choice = checked_.Answer.Choices[0];
        if (text.ToString() != (choice.Content ?? "") || reasoning.ToString() != (choice.Reasoning ?? ""))
        {
            throw ChatShortfallException.Of(ChatClientCodes.ProvisionalDiffers, "The answer isn't released: the text that was shown as it came isn't the one that was checked.", checked_);
        }

        ChatResponseUpdate last = ChatAnswers.ToLastUpdate(checked_.Answer, checked_.Exchange.Answer);
        last.RawRepresentation = checked_;
        yield return last;
    }

    /// <summary>What the inner client answers, <b>unchecked</b>. The reason goes into your code review, which is its point.</summary>
    /// <param name="reason">Why no check is needed here.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ChatResponse> GetUnverifiedResponseAsync(string reason, IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return InnerClient.GetResponseAsync(messages, options, cancellationToken);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ChatMessage[] messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Current.Value = _checker;
        await foreach (ChatResponseUpdate update in InnerClient.GetStreamingResponseAsync(messages, options, cancellation).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private ReadOnlyMemory<byte> Request(ChatMessage[] messages, ChatOptions? options, bool isStream) => ChatRequestWriter.Write(messages, options, _node.Model, _node.Policy, isStream);

    private CheckedChat Check(object? raw, ReadOnlyMemory<byte> request, bool isStream)
    {
        ChatExchange exchange = raw as ChatExchange
            ?? throw new InvalidOperationException("A client between this one and the node answered itself, or left out the bytes that are checked (RawRepresentation): a cache, say. Put it around this client.");
        CheckedChat checked_ = _checker.Check(exchange);
        if (!exchange.Request.Span.SequenceEqual(request.Span))
        {
            throw ChatShortfallException.Of(ChatClientCodes.RequestDiffers, "The answer isn't released: a client in between sent another request than was made here.", checked_);
        }

        return exchange.IsStream == isStream && checked_.Answer.Choices.Count == 1
            ? checked_
            : throw ChatShortfallException.Of(ChatClientCodes.Form, "The answer isn't released: it has another form than was asked for.", checked_);
    }

    private static ChatResponse Released(CheckedChat checked_)
    {
        ChatResponse response = ChatAnswers.ToResponse(checked_.Answer, checked_.Exchange.Answer);
        response.RawRepresentation = checked_;
        return response;
    }
}
