using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Assay.Extensions.AI.Tests;

/// <summary>A client in between that changes what it is there to hand on.</summary>
internal sealed class Meddler(IChatClient? inner) : IChatClient
{
    internal delegate (IEnumerable<ChatMessage> Messages, ChatOptions? Options) Change(IEnumerable<ChatMessage> messages, ChatOptions? options);

    internal Change Asked { get; init; } = static (messages, options) => (messages, options);

    /// <summary>It answers itself.</summary>
    internal ChatResponse? Answer { get; init; }

    /// <summary>It says something else.</summary>
    internal string? Said { get; init; }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        (messages, options) = Asked(messages, options);
        ChatResponse response = Answer ?? await inner!.GetResponseAsync(messages, options, cancellationToken);
        if (Said is not null)
        {
            response.Messages[0] = new ChatMessage(ChatRole.Assistant, Said);
        }

        return response;
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (messages, options) = Asked(messages, options);
        foreach (ChatResponseUpdate update in Answer?.ToChatResponseUpdates() ?? [])
        {
            yield return update;
        }

        if (Answer is null)
        {
            await foreach (ChatResponseUpdate update in inner!.GetStreamingResponseAsync(messages, options, cancellationToken))
            {
                if (Said is not null && update.Text.Length > 0)
                {
                    update.Contents = [new TextContent(Said)];
                }

                yield return update;
            }
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : inner?.GetService(serviceType, serviceKey);

    public void Dispose()
    {
    }
}
