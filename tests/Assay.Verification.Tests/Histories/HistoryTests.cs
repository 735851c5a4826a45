using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Receipts;

namespace Assay.Verification.Tests.Histories;

/// <summary>Histories as honest nodes give them, and as others do (spec/history.md).</summary>
public sealed class HistoryTests : IDisposable
{
    private const string Tools = """[{"type":"function","function":{"name":"look","description":"looks"}}]""";

    private readonly World _world = new();
    private readonly Chronicle _chronicle;

    public HistoryTests() => _chronicle = new Chronicle(_world);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void AnHonestHistory_IsMet_AndSaysWhatChanged()
    {
        _chronicle.Add(1, prompt: "You help.\nBe brief.\nNever guess.");
        _chronicle.Add(2, prompt: "You help.\nBe long.\nNever guess.");
        _chronicle.Add(3, _chronicle.Claims("You help.\nBe long.\nNever guess.", Tools, """{"max_tokens":16,"top_p":0.9}"""), "You help.\nBe long.\nNever guess.", Tools);
        HistoryReport report = _chronicle.Check();
        Assert.Equal((Outcome.Met, "met"), (report.Outcome, report.Reason));
        Assert.Equal(World.Origin, report.Node);
        Assert.All(report.Configurations, static configuration => Assert.Equal((QuestionStatus.Established, QuestionStatus.Established), (configuration.Signed, configuration.Logged)));
        Assert.Empty(report.Configurations[0].Changes);
        LeafChange prompt = Assert.Single(report.Configurations[1].Changes);
        Assert.Equal("request.system_prompt", prompt.Leaf);
        Assert.Equal(["@-1,4 +1,4", " [system]", " You help.", "-Be brief.", "+Be long.", " Never guess."], prompt.Lines!.Select(static line => line.Kind + line.Text));
        Assert.Equal(["request.tools", "request.sampling"], report.Configurations[2].Changes.Select(static change => change.Leaf));
        Assert.Contains(new DiffLine('+', "      \"name\": \"look\","), report.Configurations[2].Changes[0].Lines!);
        Assert.Equal([new MemberChange("temperature", "0.5", null), new MemberChange("top_p", null, "0.9")], report.Configurations[2].Changes[1].Members);
        JsonElement json = JsonDocument.Parse(Written(report)).RootElement;
        Assert.Equal("met", json.GetProperty("outcome").GetString());
        Assert.Equal("-Be brief.", json.GetProperty("configurations")[1].GetProperty("changes")[0].GetProperty("lines")[3].GetString());
    }

    [Fact]
    public void WithoutTrust_NothingIsKnown_AndFirstUseSaysSo()
    {
        _chronicle.Add(1);
        HistoryReport untrusted = HistoryChecker.Check(_chronicle.Input() with { Trust = null });
        Assert.Equal((Outcome.Untrusted, HistoryCodes.ReceiptUntrusted), (untrusted.Outcome, untrusted.Reason));
        HistoryReport first = HistoryChecker.Check(_chronicle.Input() with { Trust = null, FirstUse = true });
        Assert.Equal(Outcome.Met, first.Outcome);
        Assert.Equal(_world.TrustText, first.FirstUseLines);
        Assert.Null(_chronicle.Check().FirstUseLines);
    }

    [Fact]
    public void ContentThatIsntThere_IsNoFault_AndChangesWithoutIt()
    {
        _chronicle.Add(1, prompt: "a");
        _chronicle.Add(2, prompt: "b");
        _chronicle.Json["systemPrompts"] = new JsonObject();
        HistoryReport report = _chronicle.Check();
        Assert.Equal(Outcome.Met, report.Outcome);
        Assert.Equal(QuestionStatus.NotEvaluated, report.Configurations[1].PromptStatus);
        Assert.Null(Assert.Single(report.Configurations[1].Changes).Lines);
    }

    [Fact]
    public void AnotherSpellingOfTheSame_HasNoLines()
    {
        _chronicle.Add(1, prompt: null, tools: Tools, claims: _chronicle.Claims(null, Tools));
        string spaced = Tools.Replace(":", ": ", StringComparison.Ordinal);
        _chronicle.Add(2, prompt: null, tools: spaced, claims: _chronicle.Claims(null, spaced));
        Assert.Empty(Assert.Single(_chronicle.Check().Configurations[1].Changes).Lines!);
    }

    public static TheoryData<string, string> Lies => new()
    {
        { "altered content", HistoryCodes.Content },
        { "content that is no text", HistoryCodes.Content },
        { "altered tools", HistoryCodes.Content },
        { "numbers out of order", HistoryCodes.Order },
        { "a number twice", HistoryCodes.Order },
        { "a number that isn't after 'after'", HistoryCodes.Order },
        { "the same configuration twice", HistoryCodes.Same },
        { "receipts swapped", HistoryCodes.Lineage },
        { "a receipt of another application", HistoryCodes.Lineage },
        { "a receipt of no application", HistoryCodes.Lineage },
        { "an altered receipt", HistoryCodes.ReceiptAltered },
        { "another node's receipt", HistoryCodes.Node },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void WhatIsntSo_IsRefuted(string lie, string code)
    {
        _chronicle.Add(1, prompt: "a");
        byte[] second = _chronicle.Add(2, prompt: "b", tools: Tools);
        Assert.Equal(Outcome.Met, _chronicle.Check().Outcome);
        JsonArray list = _chronicle.Configurations;
        TrustFile? both = null;
        switch (lie)
        {
            case "altered content":
                JsonObject prompts = _chronicle.Json["systemPrompts"]!.AsObject();
                prompts[prompts.First().Key] = new JsonArray(Chronicle.Message("another"));
                break;
            case "content that is no text":
                prompts = _chronicle.Json["systemPrompts"]!.AsObject();
                prompts[prompts.First().Key] = 7;
                break;
            case "altered tools":
                JsonObject tools = _chronicle.Json["tools"]!.AsObject();
                tools[tools.First().Key] = "[]";
                break;
            case "numbers out of order":
                JsonNode moved = list[0]!.DeepClone();
                list.RemoveAt(0);
                list.Add(moved);
                break;
            case "a number twice":
                list.Add(list[1]!.DeepClone());
                break;
            case "a number that isn't after 'after'":
                _chronicle.Json["after"] = 1;
                break;
            case "the same configuration twice":
                list.Add(Chronicle.Entry(3, _chronicle.Receipt(_chronicle.Claims("b", Tools), 3)));
                break;
            case "receipts swapped":
                (string one, string two) = ((string)list[0]!["receipt"]!, (string)list[1]!["receipt"]!);
                (list[0]!["receipt"], list[1]!["receipt"]) = (two, one);
                break;
            case "a receipt of another application":
                list.Add(Chronicle.Entry(3, _chronicle.Receipt(_chronicle.Claims("c"), 3, "other")));
                break;
            case "a receipt of no application":
                list.Add(Chronicle.Entry(3, _world.Parts(_chronicle.Claims("c")).Encode()));
                break;
            case "an altered receipt":
                byte[] bytes = second;
                int at = bytes.AsSpan().IndexOf("llama.cpp/b1"u8);
                bytes[at + 11] = (byte)'2';
                list[1]!["receipt"] = System.Buffers.Text.Base64Url.EncodeToString(bytes);
                break;
            default:
                using (World other = new("other", "other.example/assay"))
                {
                    list.Add(Chronicle.Entry(3, new Chronicle(other).Receipt(_chronicle.Claims("c"), 3)));
                    both = World.ParseTrust(_world.TrustText + other.TrustText);
                }

                break;
        }

        HistoryReport report = HistoryChecker.Check(both is null ? _chronicle.Input() : _chronicle.Input() with { Trust = both });
        Assert.Equal(Outcome.Untrusted, report.Outcome);
        Assert.Contains(report.Findings, finding => finding.Code == code && finding.Status == QuestionStatus.Refuted);
    }

    [Fact]
    public void ALeafThatIsHidden_LeavesItOpen()
    {
        byte[] receipt = _chronicle.Add(1);
        _chronicle.Configurations[0]!["receipt"] = System.Buffers.Text.Base64Url.EncodeToString(Bundle.TryDecode(receipt, out _)!.Redact(["request", "lineage", "parties", "model"], out _, out _)!.Encode());
        HistoryReport report = _chronicle.Check();
        Assert.Equal((Outcome.CannotEvaluate, HistoryCodes.NotShown), (report.Outcome, report.Reason));
        _chronicle.Configurations[0]!["receipt"] = System.Buffers.Text.Base64Url.EncodeToString(Bundle.TryDecode(receipt, out _)!.Redact(["request", "execution", "parties", "model"], out _, out _)!.Encode());
        report = _chronicle.Check();
        Assert.Equal((Outcome.CannotEvaluate, HistoryCodes.NotShown), (report.Outcome, report.Reason));
        Assert.Equal(QuestionStatus.NotEvaluated, report.Configurations[0].Signed);
    }

    [Fact]
    public void ReceiptsThatAgree_AreEstablished()
    {
        byte[] first = _chronicle.Add(1, prompt: "a", receipts: 2);
        _chronicle.Add(2, prompt: "b");
        byte[] again = _chronicle.Receipt(_chronicle.Claims("a") with { RequestSeed = 99 }, 1);
        byte[] hidden = Bundle.TryDecode(first, out _)!.Redact(["lineage.relation", "model.name"], out _, out _)!.Encode();
        HistoryReport report = _chronicle.Check(first, again, hidden);
        Assert.Equal(Outcome.Met, report.Outcome);
        Assert.All(report.Held, static held => Assert.Equal((QuestionStatus.Established, HistoryCodes.Held, 1), (held.Status, held.Code, held.Number)));
    }

    [Fact]
    public void ADeniedConfiguration_IsAContradiction()
    {
        _chronicle.Add(1, prompt: "a");
        _chronicle.Add(3, prompt: "c");
        byte[] denied = _chronicle.Receipt(_chronicle.Claims("b"), 2);
        HistoryReport report = _chronicle.Check(denied);
        Assert.Equal((Outcome.Untrusted, HistoryCodes.NumberMissing), (report.Outcome, report.Reason));
        Assert.Equal(QuestionStatus.Refuted, report.Held[0].Status);
    }

    [Fact]
    public void AnotherConfigurationUnderItsNumber_IsAContradiction()
    {
        _chronicle.Add(1, prompt: "a");
        byte[] mine = _chronicle.Receipt(_chronicle.Claims("b"), 1);
        HistoryReport report = _chronicle.Check(mine);
        Assert.Equal((Outcome.Untrusted, HistoryCodes.ConfigurationDiffers), (report.Outcome, report.Reason));
        Assert.Contains("request.system_prompt", report.Held[0].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void MoreReceiptsThanTheNodeSays_AreAContradiction()
    {
        byte[] first = _chronicle.Add(1, prompt: "a");
        byte[] second = _chronicle.Receipt(_chronicle.Claims("a"), 1);
        Assert.Equal(Outcome.Met, _chronicle.Check(first, first).Outcome);
        HistoryReport report = _chronicle.Check(first, second);
        Assert.Equal((Outcome.Untrusted, HistoryCodes.Count), (report.Outcome, report.Reason));
    }

    [Fact]
    public void WhatCantBeHeld_IsntEvaluated()
    {
        byte[] first = _chronicle.Add(1, prompt: "a");
        using World other = new("other", "other.example/assay");
        (byte[] Receipt, string Why)[] cases =
        [
            ([1, 2, 3], "can't be read"),
            (new Chronicle(other).Receipt(_chronicle.Claims("a"), 1), "other.example"),
            (Bundle.TryDecode(first, out _)!.Redact(["model"], out _, out _)!.Encode(), "doesn't show"),
            (Bundle.TryDecode(first, out _)!.Redact(["lineage.relation"], out _, out _)!.Encode(), "be compared"),
            (Chronicle.Whole(_world.Parts(_chronicle.Claims("a")).Encode()), "no application"),
            (_chronicle.Receipt(_chronicle.Claims("a"), 1, "other"), "'other'"),
            (_chronicle.Receipt(_chronicle.Claims("b"), 2, before: TimeSpan.FromSeconds(20)), "after the history"),
        ];
        foreach ((byte[] receipt, string why) in cases)
        {
            HistoryReport report = _chronicle.Check(receipt);
            Assert.Equal((Outcome.CannotEvaluate, HistoryCodes.NotHeld), (report.Outcome, report.Reason));
            Assert.Contains(why, report.Held[0].Sentence, StringComparison.Ordinal);
        }

        _chronicle.Json["more"] = true;
        HistoryReport part = _chronicle.Check(_chronicle.Receipt(_chronicle.Claims("b"), 2));
        Assert.Equal((Outcome.CannotEvaluate, HistoryCodes.Part, HistoryCodes.NotHeld), (part.Outcome, part.Reason, part.Held[0].Code));
    }

    /// <summary>What is left out isn't met: neither before the first, nor after the last, nor in a file that was saved.</summary>
    [Fact]
    public void APartThatNobodyAskedFor_IsntEvaluated()
    {
        _chronicle.Add(6, prompt: "a");
        Assert.Equal(Outcome.Met, _chronicle.Check().Outcome);
        _chronicle.Json["after"] = 5;
        HistoryReport hiding = _chronicle.Check();
        Assert.Equal((Outcome.CannotEvaluate, HistoryCodes.Part, 3), (hiding.Outcome, hiding.Reason, hiding.ExitCode));
        Assert.Contains("after number 5", hiding.Summary, StringComparison.Ordinal);
        HistoryReport asked = HistoryChecker.Check(_chronicle.Input() with { After = 5 });
        Assert.Equal((Outcome.Met, true), (asked.Outcome, asked.Summary.Contains("Only what comes after number 5, as asked.", StringComparison.Ordinal)));
        Assert.Equal(HistoryCodes.Part, HistoryChecker.Check(_chronicle.Input() with { After = 4 }).Reason);
        _chronicle.Json["after"] = 0;
        Assert.Equal(HistoryCodes.Part, HistoryChecker.Check(_chronicle.Input() with { After = 5 }).Reason);
        _chronicle.Json["more"] = true;
        HistoryReport ending = _chronicle.Check();
        Assert.Equal((Outcome.CannotEvaluate, HistoryCodes.Part), (ending.Outcome, ending.Reason));
        Assert.Contains("after number 6", ending.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherMemberOfAPart_IsShown()
    {
        List<string> Lines(string before, string after)
        {
            Chronicle chronicle = new(_world);
            foreach ((int number, string content) in new[] { (1, before), (2, after) })
            {
                string message = $"{{\"role\":\"system\",\"content\":{content}}}";
                ClaimValues claims = chronicle.Claims() with { RequestSystemPrompt = Assay.Chat.ChatDigests.SystemPrompt([Encoding.UTF8.GetBytes(message)]) };
                chronicle.Add(number, claims, prompt: null);
                chronicle.Json["systemPrompts"]![claims.RequestSystemPrompt!.Value.ToString()] = new JsonArray(message);
            }

            HistoryReport report = chronicle.Check();
            Assert.Equal(Outcome.Met, report.Outcome);
            return [.. Assert.Single(report.Configurations[1].Changes).Lines!.Select(static line => line.Kind + line.Text)];
        }

        List<string> type = Lines("""[{"type":"text","text":"a"}]""", """[{"type":"input_text","text":"a"}]""");
        Assert.Contains("+(type) \"input_text\"", type);
        List<string> more = Lines("""[{"cache":"short","text":"a"}]""", """[{"cache":"long","text":"a"}]""");
        Assert.Contains("-(cache) \"short\"", more);
        Assert.Contains("+(cache) \"long\"", more);

        // A text that spells what a part would look like.
        List<string> forged = Lines("""[{"type":"text","text":"a\n(part)\nb"}]""", """[{"type":"text","text":"a"},{"type":"text","text":"b"}]""");
        Assert.Contains(forged, static line => line[0] == '-' && line.Contains("\\n(part)\\nb", StringComparison.Ordinal));
    }

    [Fact]
    public void AHistoryOfAnotherTime_IsntEvaluated()
    {
        _chronicle.Add(1);
        Assert.Equal(Outcome.Met, HistoryChecker.Check(_chronicle.Input() with { FetchedAt = World.Now.AddMinutes(2) }).Outcome);
        HistoryReport report = HistoryChecker.Check(_chronicle.Input() with { FetchedAt = World.Now.AddMinutes(20) });
        Assert.Equal((Outcome.CannotEvaluate, HistoryCodes.Stale), (report.Outcome, report.Reason));
    }

    [Fact]
    public void AnEmptyHistory_ShowsNothing() => Assert.Equal((Outcome.CannotEvaluate, HistoryCodes.Empty), (_chronicle.Check().Outcome, _chronicle.Check().Reason));

    public static TheoryData<string> Unreadable => new()
    {
        "", "[]", "{}", "{", """{"profile":"assay/history/v1"}""", """{"profile":"assay/history/v1","application":"Shop"}""",
        """{"profile":"assay/history/v1","profile":"assay/history/v1","application":"shop","asOf":1,"after":0,"more":false,"configurations":[],"systemPrompts":{},"tools":{}}""",
        """{"profile":"assay/history/v1","application":"shop","asOf":1e99,"after":0,"more":false,"configurations":[],"systemPrompts":{},"tools":{}}""",
        """{"profile":"assay/history/v1","application":"shop","asOf":-1,"after":0,"more":false,"configurations":[],"systemPrompts":{},"tools":{}}""",
        """{"profile":"assay/history/v1","application":"shop","asOf":999999999999999999,"after":0,"more":false,"configurations":[],"systemPrompts":{},"tools":{}}""",
        """{"profile":"assay/history/v1","application":"shop","asOf":1,"after":0,"more":false,"configurations":{},"systemPrompts":{},"tools":{}}""",
        """{"profile":"assay/history/v1","application":"shop","asOf":1,"after":0,"more":false,"configurations":[1],"systemPrompts":{},"tools":{}}""",
        """{"profile":"assay/history/v1","application":"shop","asOf":1,"after":0,"more":false,"configurations":[{"number":0,"first":1,"last":1,"receipts":1,"receipt":"AA"}],"systemPrompts":{},"tools":{}}""",
        """{"profile":"assay/history/v1","application":"shop","asOf":1,"after":0,"more":false,"configurations":[{"number":4294967297,"first":1,"last":1,"receipts":1,"receipt":"AA"}],"systemPrompts":{},"tools":{}}""",
        """{"profile":"assay/history/v1","application":"shop","asOf":1,"after":0,"more":false,"configurations":[{"number":1,"first":1,"last":1,"receipts":1,"receipt":"A A="}],"systemPrompts":{},"tools":{}}""",
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void WhatIsNoHistory_IsSaidToBeNone(string text)
    {
        HistoryReport report = HistoryChecker.Check(new HistoryInput { History = Encoding.UTF8.GetBytes(text), Now = World.Now });
        Assert.Equal((Outcome.CannotEvaluate, HistoryCodes.Unreadable), (report.Outcome, report.Reason));
    }

    private static byte[] Written(HistoryReport report)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            HistoryJson.Write(writer, report);
        }

        return stream.ToArray();
    }
}
