using System.Text;

namespace Assay.Chat.Tests;

public sealed class ChatRequestReaderTests
{
    [Fact]
    public void ARequest_IsReadWhole_AndRawTextsStandAsInTheBody()
    {
        const string Body = """
            { "model": "kjv@signed", "messages": [ { "role":"system",  "content":"Be brief." }, {"role":"user","content":[{"type":"text","text":"What is "},{"type":"text","text":"this?"},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}}]} ],
              "temperature": 0.50, "max_completion_tokens": 7, "stop": "end", "seed": -1, "user": "u", "n": null,
              "tools": [ {"type":"function","function":{"name":"f","parameters":{"type":"object"}}} ], "tool_choice": {"type":"function","function":{"name":"f"}},
              "response_format": {"type": "json_object"}, "stream": true, "stream_options": {"include_usage": true}, "verification": "signed" }
            """;
        ChatRequest request = Read(Body)!;
        Assert.Equal("kjv@signed", request.Model);
        Assert.Equal("""{ "role":"system",  "content":"Be brief." }""", Encoding.UTF8.GetString(request.Messages[0].Raw.Span));
        Assert.Equal("What is this?", request.Messages[1].Text);
        Assert.Equal([1, 2, 3], Assert.Single(request.Attachments).Content.ToArray());
        Assert.Equal((0.5, 7, ulong.MaxValue, "function:f"), (request.Parameters.Temperature, request.Parameters.MaxTokens, request.Parameters.Seed, request.Parameters.ToolChoice));
        Assert.Equal(["end"], request.Parameters.Stop!);
        Assert.Equal(["user"], request.Ineffective);
        Assert.True(request.IsStream && request.IncludesUsage);
        Assert.Equal("""{"type": "json_object"}""", request.RawResponseFormat);
        Assert.Equal("""{"max_tokens":7,"stop":["end"],"temperature":0.5,"tool_choice":"function:f"}""", AppliedParameters.TextOf(ChatKind.Chat, request.Parameters));
    }

    [Theory]
    [InlineData("""{"model":"m"}""", ChatCodes.BadMember, "messages")]
    [InlineData("""{"model":"m","messages":[]}""", ChatCodes.TooLong, "messages")]
    [InlineData("""{"model":"m","model":"n","messages":[{"role":"user","content":"x"}]}""", ChatCodes.Unreadable, null)]
    [InlineData("""[1]""", ChatCodes.Unreadable, null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"\ud800"}]}""", ChatCodes.Unreadable, null)]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", ChatCodes.BadMember, "model")]
    [InlineData("""{"model":"m","messages":[{"role":"king","content":"x"}]}""", ChatCodes.BadMember, "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"user"}]}""", ChatCodes.BadMember, "messages[0].content")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/x.png"}}]}]}""", ChatCodes.RemoteContent, "messages[0].content")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"temprature":1}""", ChatCodes.UnknownMember, "temprature")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"web_search_options":{}}""", ChatCodes.Unsupported, "web_search_options")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"store":true}""", ChatCodes.Unsupported, "store")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":3}""", ChatCodes.BadMember, "temperature")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":1e999}""", ChatCodes.BadMember, "temperature")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"n":1.5}""", ChatCodes.BadMember, "n")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":1,"max_completion_tokens":2}""", ChatCodes.BadMember, "max_tokens")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"top_logprobs":2}""", ChatCodes.BadMember, "top_logprobs")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"stop":["a","b","c","d","e"]}""", ChatCodes.BadMember, "stop")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"stream_options":{"include_usage":true}}""", ChatCodes.BadMember, "stream_options")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"web_search"}]}""", ChatCodes.Unsupported, "tools")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema"}}""", ChatCodes.BadMember, "response_format")]
    public void WhatCantBeServedAsAsked_IsRefusedByName(string body, string code, string? param)
    {
        Assert.Null(ChatRequestReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes(body), out ChatFault? fault));
        Assert.Equal((code, param), (fault!.Code, fault.Param));
    }

    [Fact]
    public void CompletionsAndEmbeddings_TakeTextsOnly()
    {
        Assert.Equal(["a", "b"], ChatRequestReader.TryRead(ChatKind.Completion, """{"model":"m","prompt":["a","b"],"logprobs":3}"""u8.ToArray(), out _)!.Messages.Select(static message => message.Text));
        Assert.Null(ChatRequestReader.TryRead(ChatKind.Completion, """{"model":"m","prompt":[1,2]}"""u8.ToArray(), out ChatFault? tokens));
        Assert.Equal(ChatCodes.Unsupported, tokens!.Code);
        Assert.Equal("base64", ChatRequestReader.TryRead(ChatKind.Embedding, """{"model":"m","input":"a","encoding_format":"base64"}"""u8.ToArray(), out _)!.Parameters.EncodingFormat);
        Assert.Null(ChatRequestReader.TryRead(ChatKind.Embedding, """{"model":"m","input":"a","temperature":1}"""u8.ToArray(), out _));
    }

    private static ChatRequest? Read(string body)
    {
        ChatRequest? request = ChatRequestReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes(body), out ChatFault? fault);
        Assert.Null(fault);
        return request;
    }
}
