using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;

namespace Assay.OpenAi.Tests;

public sealed class DotNetTests(SdkNode node) : IClassFixture<SdkNode>
{
    private static readonly ChatTool Add = ChatTool.CreateFunctionTool("add", "x", BinaryData.FromString("""{"type":"object","properties":{"a":{"type":"number"}}}"""));

    private static readonly Dictionary<string, Func<Sdk, Task>> Cases = new()
    {
        ["chat"] = static async sdk =>
        {
            ChatCompletion answer = await sdk.AskAsync("hi");
            Assert.Equal(("Hello!", ChatFinishReason.Stop, ChatMessageRole.Assistant, sdk.Model), (answer.Content[0].Text, answer.FinishReason, answer.Role, answer.Model));
            Assert.Equal((7, 3, 10), (answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount));
            Assert.StartsWith("chatcmpl-", answer.Id, StringComparison.Ordinal);
            Assert.StartsWith("fp_", answer.SystemFingerprint, StringComparison.Ordinal);
        },
        ["headers"] = static async sdk =>
        {
            ClientResult<ChatCompletion> answer = await sdk.Chat.CompleteChatAsync(new UserChatMessage("hi"));
            Assert.True(answer.GetRawResponse().Headers.TryGetValue("assay-receipt", out string? id));
            Assert.Equal("chatcmpl-" + id, answer.Value.Id);
        },
        ["stream"] = static async sdk =>
        {
            List<StreamingChatCompletionUpdate> updates = await sdk.StreamAsync("hi");
            Assert.Equal("Hello!", Sdk.Said(updates));
            Assert.Equal(ChatMessageRole.Assistant, updates[0].Role);
            Assert.Equal(ChatFinishReason.Stop, updates.Single(static update => update.FinishReason is not null).FinishReason);
            Assert.Equal(10, updates.Single(static update => update.Usage is not null).Usage.TotalTokenCount);
            Assert.Single(updates.Select(static update => update.CompletionId).Distinct());
        },
        ["a long stream"] = static async sdk => Assert.Equal(301, Sdk.Said(await sdk.StreamAsync("long")).Split(',').Length),
        ["all of Unicode"] = static async sdk =>
        {
            Assert.Equal("\u00e4\u6f22\U0001F600\n\"\\\u2028", (await sdk.AskAsync("unicode")).Content[0].Text);
            Assert.Equal("\u00e4\u6f22\U0001F600\n\"\\\u2028", Sdk.Said(await sdk.StreamAsync("unicode")));
        },
        ["tools at once"] = static async sdk =>
        {
            ChatCompletion answer = await sdk.AskAsync("tools", new ChatCompletionOptions { Tools = { Add }, AllowParallelToolCalls = true });
            Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
            Assert.Equal([("call_0", "add", """{"a":1,"b":2}"""), ("call_1", "weather", "{\"city\":\"\u00c5bo\"}")], answer.ToolCalls.Select(static call => (call.Id, call.FunctionName, call.FunctionArguments.ToString())));
        },
        ["tools in fragments"] = static async sdk =>
        {
            List<StreamingChatToolCallUpdate> pieces = [.. (await sdk.StreamAsync("tools", new ChatCompletionOptions { Tools = { Add } })).SelectMany(static update => update.ToolCallUpdates)];
            Assert.Equal(["call_0", "call_1"], pieces.Where(static piece => piece.ToolCallId is not null).Select(static piece => piece.ToolCallId));
            Assert.Equal("""{"a":1,"b":2}""", string.Concat(pieces.Where(static piece => piece.Index == 0).Select(static piece => piece.FunctionArgumentsUpdate.ToString())));
        },
        ["a tool's answer"] = static async sdk =>
        {
            ChatCompletion asked = await sdk.AskAsync("one-tool", new ChatCompletionOptions { Tools = { Add } });
            ChatCompletion answer = await sdk.Chat.CompleteChatAsync([new UserChatMessage("one-tool"), new AssistantChatMessage(asked), new ToolChatMessage(asked.ToolCalls[0].Id, "3")]);
            Assert.Equal("done 3", answer.Content[0].Text);
        },
        ["a tool by name"] = static async sdk => Assert.StartsWith("""{"parallel_tool_calls":false,"tool_choice":"function:add"}""", (await sdk.AskAsync("params", new ChatCompletionOptions { Tools = { Add }, ToolChoice = ChatToolChoice.CreateFunctionChoice("add"), AllowParallelToolCalls = false })).Content[0].Text, StringComparison.Ordinal),
        ["a schema"] = static async sdk =>
        {
            ChatResponseFormat format = ChatResponseFormat.CreateJsonSchemaFormat("answer", BinaryData.FromString("""{"type":"object","properties":{"answer":{"type":"number"}},"required":["answer"],"additionalProperties":false}"""), jsonSchemaIsStrict: true);
            Assert.Equal(42, JsonDocument.Parse((await sdk.AskAsync("json", new ChatCompletionOptions { ResponseFormat = format })).Content[0].Text).RootElement.GetProperty("answer").GetInt32());
        },
        ["any JSON"] = static async sdk => Assert.StartsWith("{", (await sdk.AskAsync("json", new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonObjectFormat() })).Content[0].Text, StringComparison.Ordinal),
        ["logprobs"] = static async sdk =>
        {
            ChatCompletion answer = await sdk.AskAsync("hi", new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 2 });
            Assert.Equal(["Hel", "lo", "!"], answer.ContentTokenLogProbabilities.Select(static item => item.Token));
            Assert.Equal(-0.25f, answer.ContentTokenLogProbabilities[0].LogProbability);
            Assert.Equal("Hel"u8.ToArray(), answer.ContentTokenLogProbabilities[0].Utf8Bytes!.Value.ToArray());
            Assert.Equal(2, answer.ContentTokenLogProbabilities[0].TopLogProbabilities.Count);
        },
        ["logprobs, streamed"] = static async sdk => Assert.Equal(3, (await sdk.StreamAsync("hi", new ChatCompletionOptions { IncludeLogProbabilities = true })).Sum(static update => update.ContentTokenLogProbabilities.Count)),
        ["parameters"] = static async sdk =>
        {
            ChatCompletionOptions options = new() { Temperature = 0.25f, TopP = 0.5f, Seed = 77, MaxOutputTokenCount = 20, FrequencyPenalty = -1.5f, PresencePenalty = 1, StopSequences = { "\n", "END" }, LogitBiases = { [50256] = -100 } };
            Assert.Equal("""{"frequency_penalty":-1.5,"logit_bias":{"50256":-100},"max_tokens":20,"presence_penalty":1,"stop":["\n","END"],"temperature":0.25,"top_p":0.5}|77""", (await sdk.AskAsync("params", options)).Content[0].Text);
        },
        ["members without effect"] = static async sdk => Assert.Equal("Hello!", (await sdk.AskAsync("hi", new ChatCompletionOptions { EndUserId = "u", StoredOutputEnabled = false, Metadata = { ["a"] = "b" } })).Content[0].Text),
        ["roles"] = static async sdk =>
        {
            ChatCompletion answer = await sdk.Chat.CompleteChatAsync([new SystemChatMessage("a"), new DeveloperChatMessage("b"), new UserChatMessage("c"), new AssistantChatMessage("d"), new UserChatMessage("roles")]);
            Assert.Equal("system,developer,user,assistant,user", answer.Content[0].Text);
        },
        ["an image as data"] = static async sdk =>
        {
            ChatCompletion answer = await sdk.Chat.CompleteChatAsync([new UserChatMessage(ChatMessageContentPart.CreateTextPart("files"), ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(new byte[70]), "image/png"))]);
            Assert.Equal("image_url:70", answer.Content[0].Text);
        },
        ["an image by link"] = static async sdk =>
        {
            ClientResultException failure = await Assert.ThrowsAsync<ClientResultException>(() => sdk.Chat.CompleteChatAsync([new UserChatMessage(ChatMessageContentPart.CreateImagePart(new Uri("https://example.com/a.png")))]));
            Assert.Contains("chat/remote-content", failure.Message, StringComparison.Ordinal);
        },
        ["refusal"] = static async sdk => Assert.Equal("I won't", (await sdk.AskAsync("refuse")).Refusal),
        ["refusal, streamed"] = static async sdk => Assert.Equal("I won't", string.Concat((await sdk.StreamAsync("refuse")).Select(static update => update.RefusalUpdate))),
        ["cut by length"] = static async sdk => Assert.Equal(ChatFinishReason.Length, (await sdk.AskAsync("length")).FinishReason),
        ["cut by a filter"] = static async sdk => Assert.Equal(ChatFinishReason.ContentFilter, (await sdk.StreamAsync("content_filter")).Single(static update => update.FinishReason is not null).FinishReason),
        ["unknown model"] = static async sdk =>
        {
            ClientResultException failure = await Assert.ThrowsAsync<ClientResultException>(() => sdk.All.GetChatClient("nothing").CompleteChatAsync("hi"));
            Assert.Equal(404, failure.Status);
            Assert.Contains("model_not_found", failure.Message, StringComparison.Ordinal);
        },
        ["a value out of range"] = static sdk => sdk.FailAsync("hi", 400, "chat/bad-member", new ChatCompletionOptions { Temperature = 3 }),
        ["no effect here"] = static sdk => sdk.FailAsync("hi", 400, "chat/unsupported-parameter", new ChatCompletionOptions { StoredOutputEnabled = true }),
        ["busy"] = static sdk => sdk.FailAsync("always-busy", 429, "busy"),
        ["busy, streamed"] = static async sdk => Assert.Equal(429, (await Assert.ThrowsAsync<ClientResultException>(() => sdk.StreamAsync("always-busy"))).Status),
        ["down"] = static sdk => sdk.FailAsync("down", 503, ""),
        ["a retry"] = static async sdk =>
        {
            ChatCompletion answer = await sdk.Retrying.CompleteChatAsync("busy-once .NET " + sdk.Model);
            Assert.Equal("Hello!", answer.Content[0].Text);
            Assert.Equal("2", (await sdk.AskAsync($"asked busy-once .NET {sdk.Model}")).Content[0].Text);
        },
        ["an error on the way"] = static sdk => Assert.ThrowsAnyAsync<Exception>(() => sdk.StreamAsync("break")),
        ["an error on the way, after its piece"] = static async sdk =>
        {
            List<string> seen = [];
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await foreach (StreamingChatCompletionUpdate update in sdk.Chat.CompleteChatStreamingAsync("break"))
                {
                    seen.AddRange(update.ContentUpdate.Select(static part => part.Text));
                }
            });
            Assert.Equal("so far", string.Concat(seen));
        },
        ["an error on the way, not streamed"] = static sdk => sdk.FailAsync("break", 502, ""),
        ["leaving by break"] = static async sdk =>
        {
            int count = 0;
            await foreach (StreamingChatCompletionUpdate update in sdk.Chat.CompleteChatStreamingAsync("slow"))
            {
                if (++count == 5)
                {
                    break;
                }
            }
        },
        ["leaving by cancellation"] = static async sdk =>
        {
            using CancellationTokenSource cancellation = new();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (StreamingChatCompletionUpdate update in sdk.Chat.CompleteChatStreamingAsync([new UserChatMessage("slow")], cancellationToken: cancellation.Token))
                {
                    await cancellation.CancelAsync();
                }
            });
        },
        ["models"] = static async sdk =>
        {
            OpenAIModelCollection models = await sdk.All.GetOpenAIModelClient().GetModelsAsync();
            Assert.Contains(models, model => model.Id == sdk.Model);
            OpenAIModel model = await sdk.All.GetOpenAIModelClient().GetModelAsync(sdk.Model);
            Assert.Equal(sdk.Model, model.Id);
        },
        ["an embedding"] = static async sdk =>
        {
            OpenAIEmbedding embedding = await sdk.Embeddings.GenerateEmbeddingAsync("abc");
            Assert.Equal([0.5f, -1f, 0.1f, 3f], embedding.ToFloats().ToArray());
        },
        ["embeddings"] = static async sdk =>
        {
            OpenAIEmbeddingCollection embeddings = await sdk.Embeddings.GenerateEmbeddingsAsync(["a", "bc"]);
            Assert.Equal([(0, 0.5f, 1f), (1, 1.5f, 2f)], embeddings.Select(static item => (item.Index, item.ToFloats().Span[0], item.ToFloats().Span[3])));
            Assert.Equal(7, embeddings.Usage.InputTokenCount);
        },
        ["three choices"] = static async sdk =>
        {
            // This client has no word for it but the raw one.
            ClientResult answer = await sdk.Chat.CompleteChatAsync(BinaryContent.Create(BinaryData.FromString($$"""{"model":"{{sdk.Model}}","messages":[{"role":"user","content":"hi"}],"n":3}""")), new RequestOptions());
            Assert.Equal(3, JsonDocument.Parse(answer.GetRawResponse().Content).RootElement.GetProperty("choices").GetArrayLength());
        },
    };

    /// <summary>Each case with a model in the node and with one behind it.</summary>
    public static TheoryData<string, string> All
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (string name in Cases.Keys)
            {
                all.Add(name, "local");
                all.Add(name, "remote");
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task OpenAis_official_client_for_dotnet_finds_what_it_expects(string name, string model)
    {
        await Cases[name](new Sdk(node.Address, model));
        if (name.StartsWith("leaving", StringComparison.Ordinal))
        {
            await node.RestAsync();
        }
    }
}
