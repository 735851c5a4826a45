using Assay.Chat;
using Assay.Testing;

namespace Assay.Llama.Tests;

public sealed class PlanTests
{
    private const string Tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"add\",\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"]}}}]";

    [OracleFact(Oracle.Llama)]
    public void What_the_node_chose_is_said()
    {
        ChatPlan plan = Models.Plan(Models.Chat(",\"user\":\"me\",\"store\":false"));
        Assert.Equal(4, plan.Mutations.Count);
        Assert.Equal("dropped store", plan.Mutations[0]);
        Assert.Equal("dropped user", plan.Mutations[1]);
        Assert.Equal($"defaulted max_tokens {plan.Applied.MaxTokens}", plan.Mutations[2]);
        Assert.Equal($"defaulted seed {plan.Applied.Seed}", plan.Mutations[3]);
        Assert.Equal(512 - "user: In the beginning\nassistant:".Length, plan.Applied.MaxTokens);
        Assert.Equal(
            $$"""{"frequency_penalty":0,"logprobs":false,"max_tokens":{{plan.Applied.MaxTokens}},"min_p":0,"n":1,"presence_penalty":0,"temperature":1,"top_k":0,"top_p":1}""", plan.Sampling);
        Assert.NotEqual(plan.Applied.Seed, Models.Plan(Models.Chat("")).Applied.Seed);
    }

    [OracleFact(Oracle.Llama)]
    public void What_is_asked_for_in_full_is_applied_as_it_is()
    {
        const string All = ",\"seed\":5,\"max_tokens\":9,\"temperature\":0.5,\"top_p\":0.9,\"top_k\":4,\"min_p\":0.1,\"n\":2,\"stop\":[\"x\"],\"logit_bias\":{\"65\":2},\"presence_penalty\":1,\"frequency_penalty\":-1,\"logprobs\":true,\"top_logprobs\":2";
        ChatRequest request = Models.Chat(All);
        ChatPlan plan = Models.Plan(request);
        Assert.Empty(plan.Mutations);
        Assert.Empty(AppliedParameters.Differences(ChatKind.Chat, request.Parameters, plan.Applied));
        Assert.Equal(plan.Sampling, AppliedParameters.TextOf(ChatKind.Chat, AppliedParameters.TryRead(ChatKind.Chat, plan.Sampling)!));
    }

    [OracleFact(Oracle.Llama)]
    public void What_of_a_message_the_model_isnt_shown_is_said()
    {
        const string Messages = """
            [{"role":"system","content":"s","name":"shop"},{"role":"user","content":[{"type":"text","text":"a"}],"name":"ann"},
            {"role":"assistant","content":"b","refusal":null,"annotations":[],"reasoning_content":"hm","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"c","tool_call_id":"c"}]
            """;
        ChatPlan plan = Models.Plan(Models.Read(ChatKind.Chat, $$"""{"model":"m","messages":{{Messages}},"seed":1,"max_tokens":2,"user":"me"}"""));
        Assert.Equal(["dropped messages.name", "dropped messages.reasoning_content", "dropped messages.tool_call_id", "dropped user"], plan.Mutations);
    }

    [OracleTheory(Oracle.Llama)]
    [InlineData("""{"role":"user","content":"a","weight":2}""", "messages[1].weight")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}""", "messages[1].content.cache_control")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"a","refusal":"b"}]}""", "messages[1].content.refusal")]
    [InlineData("""{"role":"assistant","content":"a","tool_calls":"b"}""", "messages[1].tool_calls")]
    public void What_nobody_knows_in_a_message_is_refused(string message, string param)
    {
        ChatRequest request = Models.Read(ChatKind.Chat, $$"""{"model":"m","messages":[{"role":"user","content":"a"},{{message}}]}""");
        Assert.Null(Models.Backend.Plan(request, out ChatFault? fault));
        Assert.Equal((ChatCodes.UnknownMember, param), (fault!.Code, fault.Param));
    }

    [OracleFact(Oracle.Llama)]
    public void Tools_are_for_calls_that_are_asked_for()
    {
        ChatPlan left = Models.Plan(Models.Chat(Tools + ",\"seed\":1,\"max_tokens\":9,\"tool_choice\":\"auto\""));
        Assert.Equal(["changed tool_choice \"none\""], left.Mutations);
        Assert.Equal("none", left.Applied.ToolChoice);
        Assert.Equal(["defaulted tool_choice \"none\""], Models.Plan(Models.Chat(Tools + ",\"seed\":1,\"max_tokens\":9")).Mutations);
        ChatPlan asked = Models.Plan(Models.Chat(Tools + ",\"seed\":1,\"max_tokens\":9,\"tool_choice\":\"required\",\"parallel_tool_calls\":true"));
        Assert.Equal("required", asked.Applied.ToolChoice);
        Assert.Equal("changed parallel_tool_calls false", asked.Mutations[0]);
        Assert.StartsWith("injected system ", asked.Mutations[1], StringComparison.Ordinal);
    }

    [OracleTheory(Oracle.Llama)]
    [InlineData(",\"max_tokens\":4000", ChatCodes.TooLong, "max_tokens")]
    [InlineData(",\"logit_bias\":{\"258\":1}", ChatCodes.BadMember, "logit_bias")]
    [InlineData(",\"reasoning_effort\":\"low\"", ChatCodes.Unsupported, "reasoning_effort")]
    [InlineData(",\"tool_choice\":\"required\"", ChatCodes.BadMember, "tool_choice")]
    [InlineData(",\"tool_choice\":\"auto\"", ChatCodes.BadMember, "tools")]
    [InlineData(Tools + ",\"tool_choice\":\"required\",\"stop\":\"x\"", ChatCodes.Unsupported, "stop")]
    [InlineData(Tools + ",\"tool_choice\":\"required\",\"logprobs\":true", ChatCodes.Unsupported, "logprobs")]
    [InlineData(Tools + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"sub\"}}", ChatCodes.BadMember, "tool_choice")]
    [InlineData(",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"string\",\"pattern\":\"a\"}}}", ChatCodes.Unsupported, "response_format")]
    public void What_cant_be_applied_is_refused(string members, string code, string param)
    {
        Assert.Null(Models.Backend.Plan(Models.Chat(members), out ChatFault? fault));
        Assert.Equal((code, param), (fault!.Code, fault.Param));
    }

    [OracleFact(Oracle.Llama)]
    public void What_is_too_long_is_refused_before_it_is_tokenised()
    {
        Assert.Null(Models.Backend.Plan(Models.Completion("", $"\"{new string('a', 512)}\""), out ChatFault? fault));
        Assert.Equal(ChatCodes.TooLong, fault!.Code);
        Assert.Null(Models.Backend.Plan(Models.Completion("", $"\"{new string('a', 10_000_000)}\""), out fault));
        Assert.Equal(ChatCodes.TooLong, fault!.Code);
    }

    [OracleFact(Oracle.Llama)]
    public void Images_and_logprobs_of_an_echo_are_refused()
    {
        ChatRequest image = Models.Read(ChatKind.Chat, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]}]}");
        Assert.Null(Models.Backend.Plan(image, out ChatFault? fault));
        Assert.Equal(ChatCodes.Unsupported, fault!.Code);
        Assert.Null(Models.Backend.Plan(Models.Completion(",\"echo\":true,\"logprobs\":1"), out fault));
        Assert.Equal("echo", fault!.Param);
    }
}
