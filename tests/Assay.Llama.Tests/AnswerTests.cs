using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Testing;

namespace Assay.Llama.Tests;

public sealed class AnswerTests
{
    private const string Tools = """
        ,"tools":[{"type":"function","function":{"name":"add","parameters":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}},{"type":"function","function":{"name":"say","parameters":{"properties":{"text":{"type":"string","maxLength":20}},"required":["text"]}}}]
        """;

    [OracleFact(Oracle.Llama)]
    public async Task A_stop_text_ends_the_answer_and_isnt_part_of_it()
    {
        const string Members = ",\"temperature\":0,\"max_tokens\":120";
        string whole = (await Models.Ask(Models.Completion(Members))).Text();
        string stop = whole[30..34];
        Models.Answer stopped = await Models.Ask(Models.Completion($"{Members},\"stop\":[{JsonSerializer.Serialize(stop)}]"));
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], stopped.Text());
        Assert.Equal("stop", stopped.Finish());
    }

    [OracleFact(Oracle.Llama)]
    public async Task Every_token_has_its_logprob()
    {
        Models.Answer answer = await Models.Ask(Models.Completion(",\"temperature\":0,\"max_tokens\":40,\"logprobs\":3"));
        ChatTokenLogprob[] all = [.. answer.Events.SelectMany(static next => next.Logprobs ?? [])];
        Assert.Equal(40, all.Length);
        Assert.Equal(answer.Text(), string.Concat(all.Select(static item => item.Token)));
        Assert.All(all, static item =>
        {
            // Greedy: the likeliest is taken; what is given first is likeliest.
            Assert.Equal(3, item.Top.Count);
            Assert.Equal((item.Token, item.Logprob), (item.Top[0].Token, item.Top[0].Logprob));
            Assert.True(item.Top[0].Logprob >= item.Top[1].Logprob && item.Top[1].Logprob >= item.Top[2].Logprob && item.Logprob <= 0);
            Assert.Equal(item.Token, Encoding.UTF8.GetString(item.Bytes!.Value.Span));
        });
    }

    [OracleFact(Oracle.Llama)]
    public async Task Biases_and_echo_have_their_effect()
    {
        Models.Answer answer = await Models.Ask(Models.Completion(",\"logit_bias\":{\"122\":100},\"max_tokens\":5,\"seed\":1,\"echo\":true"));
        Assert.Equal("And the king saidzzzzz", answer.Text());
        Models.Answer penalised = await Models.Ask(Models.Completion(",\"temperature\":0,\"max_tokens\":30,\"frequency_penalty\":2,\"presence_penalty\":2"));
        Assert.True(penalised.Text().Distinct().Count() > (await Models.Ask(Models.Completion(",\"temperature\":0,\"max_tokens\":30"))).Text().Distinct().Count());
    }

    [OracleTheory(Oracle.Llama)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_schema_is_kept_to_the_end(int seed)
    {
        const string Schema = ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"verse\",\"strict\":true,\"schema\":{\"type\":\"object\",\"properties\":{\"book\":{\"type\":\"string\"},\"chapter\":{\"type\":\"integer\"},\"said\":{\"enum\":[\"yes\",\"no\"]}},\"required\":[\"book\",\"chapter\",\"said\"],\"additionalProperties\":false}}}";
        Models.Answer answer = await Models.Ask(Models.Chat($"{Schema},\"max_tokens\":80,\"n\":2,\"seed\":{seed}"));
        for (int choice = 0; choice < 2; choice++)
        {
            Assert.Equal("stop", answer.Finish(choice));
            using JsonDocument read = JsonDocument.Parse(answer.Text(choice));
            Assert.Equal(["book", "chapter", "said"], read.RootElement.EnumerateObject().Select(static member => member.Name));
        }
    }

    [OracleFact(Oracle.Llama)]
    public async Task JSON_is_an_object_whatever_the_model_would_say()
    {
        Models.Answer answer = await Models.Ask(Models.Chat(",\"response_format\":{\"type\":\"json_object\"},\"max_tokens\":50,\"seed\":4"));
        using JsonDocument read = JsonDocument.Parse(answer.Text());
        Assert.Equal((JsonValueKind.Object, "stop"), (read.RootElement.ValueKind, answer.Finish()));
    }

    [OracleTheory(Oracle.Llama)]
    [InlineData("\"required\"", null)]
    [InlineData("{\"type\":\"function\",\"function\":{\"name\":\"say\"}}", "say")]
    public async Task A_call_that_is_asked_for_is_one(string choice, string? name)
    {
        string members = $"{Tools},\"tool_choice\":{choice},\"max_tokens\":80,\"seed\":2";
        Models.Answer answer = await Models.Ask(Models.Chat(members));
        ChatToolFragment[] fragments = [.. answer.Events.Where(static next => next.Tool is not null).Select(static next => next.Tool!)];
        Assert.Equal("tool_calls", answer.Finish());
        Assert.Equal("", answer.Text());
        Assert.Contains(fragments[0].Name, name is null ? ["add", "say"] : new[] { name });
        Assert.StartsWith("call_", fragments[0].Id, StringComparison.Ordinal);
        Assert.All(fragments.Skip(1), static fragment => Assert.Null(fragment.Id));
        using JsonDocument arguments = JsonDocument.Parse(string.Concat(fragments.Select(static fragment => fragment.Arguments)));
        Assert.True(arguments.RootElement.TryGetProperty(fragments[0].Name == "add" ? "a" : "text", out _));
    }

    [OracleFact(Oracle.Llama)]
    public async Task Embeddings_are_unit_vectors_and_the_same_each_time()
    {
        ChatRequest request = Models.Read(ChatKind.Embedding, "{\"model\":\"m\",\"input\":[\"the king\",\"the queen\"]}");
        Models.Answer one = await Models.Ask(request), two = await Models.Ask(request);
        Assert.Equal([0, 1], one.Events.Select(static next => next.Choice));
        foreach ((ChatEvent a, ChatEvent b) in one.Events.Zip(two.Events))
        {
            Assert.Equal(128, a.Embedding!.Value.Length);
            Assert.Equal(a.Embedding.Value.ToArray(), b.Embedding!.Value.ToArray());
            Assert.Equal(1, a.Embedding.Value.ToArray().Sum(static value => (double)value * value), 5);
        }

        Assert.NotEqual(one.Events[0].Embedding!.Value.ToArray(), one.Events[1].Embedding!.Value.ToArray());
        Assert.Equal(new ChatUsage(17, 0), one.Report.Usage);
    }
}
