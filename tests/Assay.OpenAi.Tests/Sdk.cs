using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Assay.OpenAi.Tests;

/// <summary>OpenAI's official client for .NET, pointed at a node.</summary>
internal sealed class Sdk(Uri address, string model)
{
    internal string Model => model;

    internal ChatClient Chat { get; } = new(model, new ApiKeyCredential("sk-nothing"), Options(address, 0));

    internal ChatClient Retrying { get; } = new(model, new ApiKeyCredential("sk-nothing"), Options(address, 2));

    internal EmbeddingClient Embeddings { get; } = new(model, new ApiKeyCredential("sk-nothing"), Options(address, 0));

    internal OpenAIClient All { get; } = new(new ApiKeyCredential("sk-nothing"), Options(address, 0));

    internal async Task<ChatCompletion> AskAsync(string text, ChatCompletionOptions? options = null) => await Chat.CompleteChatAsync([new UserChatMessage(text)], options);

    internal async Task<List<StreamingChatCompletionUpdate>> StreamAsync(string text, ChatCompletionOptions? options = null)
    {
        List<StreamingChatCompletionUpdate> all = [];
        await foreach (StreamingChatCompletionUpdate update in Chat.CompleteChatStreamingAsync([new UserChatMessage(text)], options))
        {
            all.Add(update);
        }

        return all;
    }

    internal static string Said(IEnumerable<StreamingChatCompletionUpdate> updates) => string.Concat(updates.SelectMany(static update => update.ContentUpdate).Select(static part => part.Text));

    internal async Task<ClientResultException> FailAsync(string text, int status, string code, ChatCompletionOptions? options = null)
    {
        ClientResultException failure = await Assert.ThrowsAsync<ClientResultException>(() => AskAsync(text, options));
        Assert.Equal(status, failure.Status);
        Assert.Contains(code, failure.Message, StringComparison.Ordinal);
        return failure;
    }

    private static OpenAIClientOptions Options(Uri address, int retries) => new() { Endpoint = address, RetryPolicy = new ClientRetryPolicy(retries) };
}
