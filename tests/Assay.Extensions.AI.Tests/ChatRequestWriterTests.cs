using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Chat;
using Assay.Receipts;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Assay.Extensions.AI.Tests;

/// <summary>What goes over the wire: everything that was said, or an exception.</summary>
public sealed class ChatRequestWriterTests
{
    private static readonly ChatMessage[] Hi = [new(ChatRole.User, "hi")];

    [Fact]
    public void A_plain_question() => Assert.Equal(
        """{"model":"m","messages":[{"role":"user","content":"hi"}],"verification":"signed"}""", Write(Hi));

    [Fact]
    public void Every_option_has_its_member()
    {
        ChatOptions options = new()
        {
            ModelId = "other", Instructions = "Be brief.", Temperature = 0.7f, TopP = 0.9f, TopK = 40, Seed = -5, MaxOutputTokens = 20, FrequencyPenalty = 0.5f, PresencePenalty = -0.5f, StopSequences = ["END", "\n"],
            Reasoning = new ReasoningOptions { Effort = ReasoningEffort.High }, ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object"}"""), "shape", "a shape"),
            Tools = [Functions.Add], ToolMode = ChatToolMode.RequireSpecific("add"), AllowMultipleToolCalls = false,
            AdditionalProperties = new() { ["user"] = "u", ["min_p"] = 0.25, ["logprobs"] = true, ["metadata"] = new JsonObject { ["a"] = "b" }, ["verbosity"] = null },
        };
        JsonElement root = JsonElement.Parse(Write(Hi, options, isStream: true));
        Assert.Equal(
            """
            {"model":"other","temperature":0.7,"top_p":0.9,"top_k":40,"seed":-5,"max_completion_tokens":20,"frequency_penalty":0.5,"presence_penalty":-0.5,"stop":["END","\n"],"reasoning_effort":"high","response_format":{"type":"json_schema","json_schema":{"name":"shape","description":"a shape","schema":{"type":"object"}}},"tool_choice":{"type":"function","function":{"name":"add"}},"parallel_tool_calls":false,"logprobs":true,"metadata":{"a":"b"},"min_p":0.25,"user":"u","stream":true,"stream_options":{"include_usage":true},"verification":"signed"}
            """,
            "{" + string.Join(',', root.EnumerateObject().Where(static member => member.Name is not ("messages" or "tools")).Select(static member => $"\"{member.Name}\":{member.Value.GetRawText()}")) + "}");
        Assert.Equal("""{"role":"system","content":"Be brief."}""", root.GetProperty("messages")[0].GetRawText());
        JsonElement function = root.GetProperty("tools")[0].GetProperty("function");
        Assert.Equal(("add", "Adds two numbers."), (function.GetProperty("name").GetString(), function.GetProperty("description").GetString()));
        Assert.Equal(["a", "b"], function.GetProperty("parameters").GetProperty("properties").EnumerateObject().Select(static property => property.Name));
    }

    [Fact]
    public void Formats_and_modes()
    {
        Assert.Contains("\"response_format\":{\"type\":\"json_object\"}", Write(Hi, new ChatOptions { ResponseFormat = ChatResponseFormat.Json }), StringComparison.Ordinal);
        Assert.Contains("\"response_format\":{\"type\":\"text\"}", Write(Hi, new ChatOptions { ResponseFormat = ChatResponseFormat.Text }), StringComparison.Ordinal);
        foreach ((ChatToolMode mode, string said) in new (ChatToolMode, string)[] { (ChatToolMode.Auto, "auto"), (ChatToolMode.None, "none"), (ChatToolMode.RequireAny, "required") })
        {
            Assert.Contains($"\"tool_choice\":\"{said}\"", Write(Hi, new ChatOptions { ToolMode = mode, Tools = [Functions.Add] }), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Messages_with_pictures_sound_files_calls_and_results()
    {
        ChatMessage[] messages =
        [
            new(new ChatRole("developer"), "Be brief.") { AuthorName = "boss" },
            new(ChatRole.User, [new TextContent("what"), new DataContent(new byte[] { 1, 2 }, "image/png") { AdditionalProperties = new() { ["detail"] = "low" } }, new DataContent(new byte[] { 3 }, "audio/wav"), new DataContent(new byte[] { 4 }, "application/pdf") { Name = "a.pdf" }]),
            new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("let me "), new TextContent("see"), new FunctionCallContent("c1", "add", new Dictionary<string, object?> { ["a"] = 1, ["b"] = "å" }), new UsageContent(new UsageDetails())]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", "3"), new FunctionResultContent("c2", new { x = 1 }), new FunctionResultContent("c3", null)]),
            new(ChatRole.Assistant, [new ErrorContent("no") { ErrorCode = "Refusal" }]),
        ];
        JsonElement written = JsonElement.Parse(Write(messages)).GetProperty("messages");
        Assert.Equal(
            [
                """{"role":"developer","name":"boss","content":"Be brief."}""",
                """{"role":"user","content":[{"type":"text","text":"what"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQI=","detail":"low"}},{"type":"input_audio","input_audio":{"data":"Aw==","format":"wav"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,BA=="}}]}""",
                """{"role":"assistant","content":"let me see","tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{\"a\":1,\"b\":\"å\"}"}}]}""",
                """{"role":"tool","tool_call_id":"c1","content":"3"}""",
                """{"role":"tool","tool_call_id":"c2","content":"{\"x\":1}"}""",
                """{"role":"tool","tool_call_id":"c3","content":""}""",
                """{"role":"assistant","content":null,"refusal":"no"}""",
            ],
            written.EnumerateArray().Select(static message => message.GetRawText()));
    }

    public static TheoryData<string, ChatOptions> Unsayable => new()
    {
        { "ConversationId", new ChatOptions { ConversationId = "c" } },
        { "AllowBackgroundResponses", new ChatOptions { AllowBackgroundResponses = true } },
        { "ContinuationToken", new ChatOptions { ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }) } },
        { "RawRepresentationFactory", new ChatOptions { RawRepresentationFactory = static _ => new object() } },
        { "Reasoning.Output", new ChatOptions { Reasoning = new ReasoningOptions { Output = ReasoningOutput.Full } } },
        { "ToolMode", new ChatOptions { ToolMode = ChatToolMode.RequireAny } },
        { "HostedWebSearchTool", new ChatOptions { Tools = [new HostedWebSearchTool()] } },
        { "AdditionalProperties[\"n\"]", new ChatOptions { AdditionalProperties = new() { ["n"] = 2 } } },
        { "AdditionalProperties[\"verification\"]", new ChatOptions { AdditionalProperties = new() { ["verification"] = "signed" } } },
        { "AdditionalProperties[\"messages\"]", new ChatOptions { AdditionalProperties = new() { ["messages"] = "x" } } },
        { "chat/unknown-member", new ChatOptions { AdditionalProperties = new() { ["mystery"] = 1 } } },
        { "chat/bad-member", new ChatOptions { Temperature = 3 } },
        { "chat/bad-member", new ChatOptions { StopSequences = ["a", "b", "c", "d", "e"] } },
    };

    [Theory]
    [MemberData(nameof(Unsayable))]
    public void What_cant_be_said_is_never_left_out(string named, ChatOptions options) => Assert.Contains(named, Assert.Throws<NotSupportedException>(() => Write(Hi, options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Nor_are_parts_of_messages()
    {
        foreach (ChatMessage message in new ChatMessage[]
        {
            new(ChatRole.User, [new UriContent("https://example.com/a.png", "image/png")]), new(ChatRole.User, [new HostedFileContent("f")]), new(ChatRole.User, [new FunctionCallContent("c", "f")]),
            new(ChatRole.System, [new DataContent(new byte[] { 1 }, "image/png")]), new(ChatRole.Assistant, [new DataContent(new byte[] { 1 }, "image/png")]), new(ChatRole.Tool, "text"),
            new(new ChatRole("narrator"), "x"), new(ChatRole.User, [new DataContent(new byte[] { 1 }, "audio/flac")]), new(ChatRole.Assistant, [new ErrorContent("boom")]),
        })
        {
            Assert.Throws<NotSupportedException>(() => Write([message]));
        }

        Assert.Throws<NotSupportedException>(() => Write([]));
    }

    [Fact]
    public void What_an_application_adds_stands_in_an_order_of_its_own()
    {
        string one = Write(Hi, new ChatOptions { AdditionalProperties = new() { ["user"] = "u", ["min_p"] = 0.5 } });
        Assert.Equal(one, Write(Hi, new ChatOptions { AdditionalProperties = new() { ["min_p"] = 0.5, ["user"] = "u" } }));
    }

    [Fact]
    public void Arguments_that_arent_JSON_go_back_as_they_came()
    {
        ChatAnswer answer = new() { Id = "i", Model = "m", Choices = [new ChatChoice { ToolCalls = [new ChatToolCall("c", "f", "{not")], FinishReason = "tool_calls" }] };
        ChatResponse response = ChatAnswers.ToResponse(answer, Encoding.UTF8.GetBytes("{}"));
        Assert.NotNull(response.Messages[0].Contents.OfType<FunctionCallContent>().Single().Exception);
        Assert.Contains("\"arguments\":\"{not\"", Write([.. Hi, .. response.Messages]), StringComparison.Ordinal);
    }

    private static string Write(IEnumerable<ChatMessage> messages, ChatOptions? options = null, bool isStream = false) =>
        Encoding.UTF8.GetString(ChatRequestWriter.Write(messages, options, "m", PolicyDocument.For(VerificationLevel.Signed), isStream).Span);
}
