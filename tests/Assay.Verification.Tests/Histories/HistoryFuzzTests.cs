using System.Diagnostics;
using System.Text.Json;
using Assay.Testing;

namespace Assay.Verification.Tests.Histories;

/// <summary>Whatever a history's bytes are, a report comes, and an altered one is never met with more than was signed.</summary>
public sealed class HistoryFuzzTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Fuzz_Histories()
    {
        Chronicle chronicle = new(_world);
        byte[] mine = chronicle.Add(1, prompt: "One.\nTwo.");
        chronicle.Add(2, prompt: "One.\nThree.", tools: "[{\"a\":1}]");
        HistoryInput input = chronicle.Input(mine);
        HashSet<string> signed = [.. HistoryChecker.Check(input).Configurations.Select(static configuration => configuration.Number + " " + configuration.Configuration!.Digest)];
        byte[] seed = chronicle.Bytes;
        Mutator mutator = new(1, [seed]);
        int unreadable = 0, judged = 0;
        for (int i = 0; i < (FuzzRun.IsDeep ? 200_000 : 1500); i++)
        {
            HistoryReport report = HistoryChecker.Check(input with { History = mutator.Next() });
            Write(report);
            unreadable += report.Reason == HistoryCodes.Unreadable ? 1 : 0;
            judged += report.Configurations.Count > 0 ? 1 : 0;
            Assert.All(report.Configurations.Where(static configuration => configuration.Signed == QuestionStatus.Established), configuration => Assert.Contains(configuration.Number + " " + configuration.Configuration!.Digest, signed));
            Assert.All(report.Configurations.Where(static configuration => configuration.PromptStatus == QuestionStatus.Established), static configuration => Assert.NotNull(configuration.SystemPrompt));
        }

        Assert.True(unreadable > 0 && judged > 0, $"{unreadable} unreadable, {judged} judged");
    }

    [Fact]
    public void Fuzz_ReceiptsHeldAgainstIt()
    {
        Chronicle chronicle = new(_world);
        byte[] mine = chronicle.Add(1, prompt: "One.\nTwo.");
        Mutator mutator = new(2, [mine]);
        for (int i = 0; i < (FuzzRun.IsDeep ? 100_000 : 500); i++)
        {
            byte[] bytes = mutator.Next();
            HistoryReport report = chronicle.Check(bytes);
            Assert.True(report.Held[0].Status == QuestionStatus.NotEvaluated || bytes.AsSpan().SequenceEqual(mine) || report.Held[0] is { Status: QuestionStatus.Established }, Convert.ToHexString(bytes));
        }
    }

    /// <summary>Two long prompts that share no line, in turns: work and answer stay bounded.</summary>
    [Fact]
    public void LongContents_AreComparedWithinBounds()
    {
        Chronicle chronicle = new(_world);
        for (int i = 1; i <= 30; i++)
        {
            char letter = (char)('a' + (i % 2));
            string prompt = string.Join('\n', Enumerable.Range(0, 60_000).Select(line => $"{letter}{line}"));
            chronicle.Add(i, chronicle.Claims(prompt, sampling: $"{{\"max_tokens\":{i}}}"), prompt);
        }

        Stopwatch watch = Stopwatch.StartNew();
        HistoryReport report = chronicle.Check();
        Assert.Equal(Outcome.Met, report.Outcome);
        Assert.NotEmpty(report.Configurations[1].Changes[0].Lines!);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    private static void Write(HistoryReport report)
    {
        using Utf8JsonWriter writer = new(Stream.Null);
        HistoryJson.Write(writer, report);
    }
}
