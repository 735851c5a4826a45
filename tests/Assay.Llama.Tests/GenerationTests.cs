using Assay.Chat;
using Assay.Testing;

namespace Assay.Llama.Tests;

public sealed class GenerationTests
{
    [OracleFact(Oracle.Llama)]
    public async Task The_same_seed_and_parameters_give_the_same_text()
    {
        const string Members = ",\"seed\":7,\"max_tokens\":60,\"temperature\":0.8,\"top_p\":0.95";
        string text = (await Models.Ask(Models.Completion(Members))).Text();
        Assert.Equal(text, (await Models.Ask(Models.Completion(Members))).Text());
        Assert.NotEqual(text, (await Models.Ask(Models.Completion(Members.Replace("7", "8", StringComparison.Ordinal)))).Text());
        Assert.Equal(60, text.Length);
    }

    [OracleFact(Oracle.Llama)]
    public async Task Without_temperature_all_contexts_say_the_same()
    {
        ChatRequest request = Models.Completion(",\"temperature\":0,\"max_tokens\":100");
        Models.Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Models.Ask(request)));
        Assert.All(answers, answer => Assert.Equal(answers[0].Text(), answer.Text()));
        Assert.Equal(new ChatUsage(17, 100), answers[0].Report.Usage);
        Assert.Equal("length", answers[0].Finish());
    }

    [OracleFact(Oracle.Llama)]
    public async Task Choices_differ_and_dont_depend_on_how_many_there_are()
    {
        const string Members = ",\"seed\":1,\"max_tokens\":30,\"n\":";
        Models.Answer one = await Models.Ask(Models.Completion(Members + "1")), three = await Models.Ask(Models.Completion(Members + "3"));
        Assert.Equal(one.Text(), three.Text());
        Assert.Equal(3, Enumerable.Range(0, 3).Select(three.Text).Distinct().Count());
        Assert.Equal(new ChatUsage(17, 90), three.Report.Usage);
        Models.Answer two = await Models.Ask(Models.Completion(Members + "2", "[\"And the king said\",\"Behold\"]"));
        Assert.Equal(three.Text(1), two.Text(1));
        Assert.Equal(["length", "length", "length", "length"], Enumerable.Range(0, 4).Select(two.Finish));
    }
}
