using Microsoft.Extensions.AI;

namespace Assay.Extensions.AI.Tests;

/// <summary>Invokes the functions that a model calls and asks again with the results, as the FunctionInvokingChatClient of Microsoft.Extensions.AI does (that package can't be installed here).</summary>
internal sealed class FunctionLoop(IChatClient inner) : DelegatingChatClient(inner)
{
    internal int Invoked { get; private set; }

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatMessage> all = [.. messages];
        while (true)
        {
            ChatResponse response = await base.GetResponseAsync(all, options, cancellationToken);
            FunctionCallContent[] calls = [.. response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>()];
            if (calls.Length == 0)
            {
                return response;
            }

            all.AddRange(response.Messages);
            List<AIContent> results = [];
            foreach (FunctionCallContent call in calls)
            {
                AIFunction function = options!.Tools!.OfType<AIFunction>().Single(tool => tool.Name == call.Name);
                results.Add(new FunctionResultContent(call.CallId, await function.InvokeAsync(new AIFunctionArguments(call.Arguments), cancellationToken)));
                Invoked++;
            }

            all.Add(new ChatMessage(ChatRole.Tool, results));
        }
    }
}
