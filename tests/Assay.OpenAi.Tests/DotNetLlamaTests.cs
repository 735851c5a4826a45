using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using Assay.Testing;
using Assay.Verification;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Assay.OpenAi.Tests;

/// <summary>OpenAI's official client for .NET and a real language model, which knows nothing but letters: what is looked at is form.</summary>
public sealed class DotNetLlamaTests(LlamaNode node) : IClassFixture<LlamaNode>
{
    private static readonly ChatTool Find = ChatTool.CreateFunctionTool("find", "x", BinaryData.FromString("""{"type":"object","properties":{"book":{"type":"string","maxLength":8},"verse":{"type":"integer"}},"required":["book","verse"],"additionalProperties":false}"""));

    private static readonly ChatResponseFormat Verse = ChatResponseFormat.CreateJsonSchemaFormat("verse", BinaryData.FromString("""{"type":"object","properties":{"book":{"type":"string","maxLength":10},"chapter":{"type":"integer"}},"required":["book","chapter"],"additionalProperties":false}"""), jsonSchemaIsStrict: true);

    private static readonly Dictionary<string, Func<Sdk, LlamaNode, Task>> Cases = new()
    {
        ["chat"] = static async (sdk, _) =>
        {
            ChatCompletion answer = await sdk.AskAsync("And God said", Up(12));
            Assert.Equal((ChatFinishReason.Length, ChatMessageRole.Assistant, "kjv", 12), (answer.FinishReason, answer.Role, answer.Model, answer.Usage.OutputTokenCount));
            Assert.Equal(answer.Usage.InputTokenCount + 12, answer.Usage.TotalTokenCount);
            Assert.StartsWith("fp_", answer.SystemFingerprint, StringComparison.Ordinal);
        },
        ["the same seed"] = static async (sdk, _) => Assert.Equal(await TextAsync(sdk, 5), await TextAsync(sdk, 5)),
        ["another seed"] = static async (sdk, _) => Assert.NotEqual(await TextAsync(sdk, 5), await TextAsync(sdk, 6)),
        ["streamed or whole"] = static async (sdk, _) =>
        {
            List<StreamingChatCompletionUpdate> updates = await sdk.StreamAsync("And God said", Up(40, seed: 5));
            Assert.Equal(await TextAsync(sdk, 5), Sdk.Said(updates));
            Assert.Equal(ChatFinishReason.Length, updates.Single(static update => update.FinishReason is not null).FinishReason);
            Assert.Equal(40, updates.Single(static update => update.Usage is not null).Usage.OutputTokenCount);
            Assert.Single(updates.Select(static update => update.CompletionId).Distinct());
        },
        ["greedy"] = static async (sdk, _) => Assert.Equal(await TextAsync(sdk, 1, temperature: 0), await TextAsync(sdk, 2, temperature: 0)),
        ["a stop text"] = static async (sdk, _) =>
        {
            string whole = await TextAsync(sdk, 1, temperature: 0), stop = whole[20..23];
            ChatCompletionOptions options = Up(40, 1, 0);
            options.StopSequences.Add(stop);
            ChatCompletion answer = await sdk.AskAsync("And God said", options);
            Assert.Equal((whole[..whole.IndexOf(stop, StringComparison.Ordinal)], ChatFinishReason.Stop), (answer.Content[0].Text, answer.FinishReason));
        },
        ["a bias"] = static async (sdk, _) =>
        {
            ChatCompletionOptions options = Up(5);
            options.LogitBiases[122] = 100;
            Assert.Equal("zzzzz", (await sdk.AskAsync("And God said", options)).Content[0].Text);
        },
        ["logprobs"] = static async (sdk, _) =>
        {
            ChatCompletionOptions options = Up(12, 1, 0);
            (options.IncludeLogProbabilities, options.TopLogProbabilityCount) = (true, 3);
            ChatCompletion answer = await sdk.AskAsync("And God said", options);
            Assert.Equal(answer.Content[0].Text, string.Concat(answer.ContentTokenLogProbabilities.Select(static item => item.Token)));
            Assert.All(answer.ContentTokenLogProbabilities, static item => Assert.Equal((item.Token, 3), (item.TopLogProbabilities[0].Token, item.TopLogProbabilities.Count)));
        },
        ["logprobs, streamed"] = static async (sdk, _) =>
        {
            ChatCompletionOptions options = Up(12);
            options.IncludeLogProbabilities = true;
            Assert.Equal(12, (await sdk.StreamAsync("And God said", options)).Sum(static update => update.ContentTokenLogProbabilities.Count));
        },
        ["penalties"] = static async (sdk, _) =>
        {
            ChatCompletionOptions options = Up(40, 1, 0);
            (options.FrequencyPenalty, options.PresencePenalty) = (2, 2);
            Assert.True((await sdk.AskAsync("And God said", options)).Content[0].Text.Distinct().Count() > (await TextAsync(sdk, 1, temperature: 0)).Distinct().Count());
        },
        ["roles and turns"] = static async (sdk, _) =>
        {
            ChatCompletion answer = await sdk.Chat.CompleteChatAsync([new SystemChatMessage("Speak."), new DeveloperChatMessage("Briefly."), new UserChatMessage("In the"), new AssistantChatMessage("beginning"), new UserChatMessage("And then?")], Up(9));
            Assert.Equal(9, answer.Usage.OutputTokenCount);
        },
        ["a schema"] = static async (sdk, _) =>
        {
            ChatCompletionOptions options = Up(80);
            options.ResponseFormat = Verse;
            Assert.Equal(["book", "chapter"], Json((await sdk.AskAsync("And God said", options)).Content[0].Text).EnumerateObject().Select(static member => member.Name));
        },
        ["a schema, streamed"] = static async (sdk, _) =>
        {
            ChatCompletionOptions options = Up(80);
            options.ResponseFormat = Verse;
            Assert.Equal(JsonValueKind.Number, Json(Sdk.Said(await sdk.StreamAsync("And God said", options))).GetProperty("chapter").ValueKind);
        },
        ["any JSON"] = static async (sdk, _) =>
        {
            ChatCompletionOptions options = Up(60);
            options.ResponseFormat = ChatResponseFormat.CreateJsonObjectFormat();
            Assert.Equal(JsonValueKind.Object, Json((await sdk.AskAsync("And God said", options)).Content[0].Text).ValueKind);
        },
        ["a call by name"] = static async (sdk, _) =>
        {
            ChatCompletion answer = await sdk.AskAsync("And God said", Calling(ChatToolChoice.CreateFunctionChoice("find")));
            ChatToolCall call = Assert.Single(answer.ToolCalls);
            Assert.Equal((ChatFinishReason.ToolCalls, "find", JsonValueKind.Number), (answer.FinishReason, call.FunctionName, Json(call.FunctionArguments.ToString()).GetProperty("verse").ValueKind));
        },
        ["a call that must be, streamed"] = static async (sdk, _) =>
        {
            StreamingChatToolCallUpdate[] pieces = [.. (await sdk.StreamAsync("And God said", Calling(ChatToolChoice.CreateRequiredChoice()))).SelectMany(static update => update.ToolCallUpdates)];
            Assert.Equal("find", Assert.Single(pieces, static piece => piece.FunctionName is not null).FunctionName);
            Assert.Equal(JsonValueKind.String, Json(string.Concat(pieces.Select(static piece => piece.FunctionArgumentsUpdate.ToString()))).GetProperty("book").ValueKind);
        },
        ["a tool's answer"] = static async (sdk, _) =>
        {
            ChatCompletion asked = await sdk.AskAsync("And God said", Calling(ChatToolChoice.CreateRequiredChoice()));
            ChatCompletion answer = await sdk.Chat.CompleteChatAsync([new UserChatMessage("And God said"), new AssistantChatMessage(asked), new ToolChatMessage(asked.ToolCalls[0].Id, "Genesis")], Up(8));
            Assert.Equal(8, answer.Usage.OutputTokenCount);
        },
        ["embeddings"] = static async (sdk, _) =>
        {
            OpenAIEmbeddingCollection embeddings = await sdk.Embeddings.GenerateEmbeddingsAsync(["the king", "the queen"]);
            Assert.All(embeddings, static item => Assert.Equal(1, item.ToFloats().ToArray().Sum(static value => (double)value * value), 4));
            Assert.NotEqual(embeddings[0].ToFloats().ToArray(), embeddings[1].ToFloats().ToArray());
            Assert.Equal(17, embeddings.Usage.InputTokenCount);
        },
        ["models"] = static async (sdk, _) => Assert.Equal("kjv", (await sdk.All.GetOpenAIModelClient().GetModelAsync("kjv")).Value.Id),
        ["more tokens than there are"] = static (sdk, _) => sdk.FailAsync("hi", 400, "chat/too-long", Up(5000)),
        ["a prompt that is too long"] = static (sdk, _) => sdk.FailAsync(string.Concat(Enumerable.Repeat("word ", 500)), 400, "chat/too-long", Up(5)),
        ["a value out of range"] = static (sdk, _) => sdk.FailAsync("hi", 400, "chat/bad-member", new ChatCompletionOptions { Temperature = 3 }),
        ["an image"] = static async (sdk, _) =>
        {
            ClientResultException failure = await Assert.ThrowsAsync<ClientResultException>(() => sdk.Chat.CompleteChatAsync([new UserChatMessage(ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(new byte[70]), "image/png"))]));
            Assert.Contains("chat/unsupported-parameter", failure.Message, StringComparison.Ordinal);
        },
        ["leaving, then asking again"] = static async (sdk, _) =>
        {
            using CancellationTokenSource cancellation = new();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (StreamingChatCompletionUpdate update in sdk.Chat.CompleteChatStreamingAsync([new UserChatMessage("And God said")], Up(400), cancellation.Token))
                {
                    await cancellation.CancelAsync();
                }
            });
            Assert.Equal(5, (await sdk.AskAsync("And God said", Up(5))).Usage.OutputTokenCount);
        },
        ["the receipt holds"] = static async (sdk, node) =>
        {
            byte[] request = """{"model":"kjv","messages":[{"role":"user","content":"And God said"}],"max_tokens":12}"""u8.ToArray();
            PipelineResponse response = (await sdk.Chat.CompleteChatAsync(BinaryContent.Create(BinaryData.FromBytes(request)), new RequestOptions())).GetRawResponse();
            Assert.True(response.Headers.TryGetValue("assay-receipt", out string? id));
            Assert.True(response.Headers.TryGetValue("assay-receipt-secret", out string? secret));
            using HttpClient http = new();
            http.DefaultRequestHeaders.Add("Assay-Receipt-Secret", secret);
            byte[] bundle = await http.GetByteArrayAsync(new Uri(node.Address, $"/v1/receipts/{id}/bundle"));
            VerificationInput input = new() { Bundle = bundle, Now = TimeProvider.System.GetUtcNow(), Trust = TrustFile.TryParse(Encoding.UTF8.GetBytes(node.TrustText), out _, out _), RequestBytes = request, ResponseBytes = response.Content.ToArray() };
            Assert.Equal(Outcome.Met, Verifier.Verify(input).Outcome);
            Assert.Equal(Outcome.Untrusted, Verifier.Verify(input with { RequestBytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(request).Replace("said", "saith", StringComparison.Ordinal)) }).Outcome);
        },
    };

    /// <summary>The cases' names.</summary>
    public static TheoryData<string> All => [.. Cases.Keys];

    [OracleTheory(Oracle.Llama)]
    [MemberData(nameof(All))]
    public Task OpenAis_official_client_for_dotnet_talks_to_a_real_model(string name) => Cases[name](new Sdk(node.Address, "kjv"), node);

    private static ChatCompletionOptions Up(int tokens, long? seed = null, float? temperature = null) => new() { MaxOutputTokenCount = tokens, Seed = seed, Temperature = temperature };

    private static ChatCompletionOptions Calling(ChatToolChoice choice) => new() { MaxOutputTokenCount = 90, Tools = { Find }, ToolChoice = choice };

    private static async Task<string> TextAsync(Sdk sdk, long seed, float? temperature = null) => (await sdk.AskAsync("And God said", Up(40, seed, temperature))).Content[0].Text;

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
