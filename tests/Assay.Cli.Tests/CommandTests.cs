using System.Text.Json;

namespace Assay.Cli.Tests;

/// <summary>The commands as a person uses them, against one node.</summary>
public sealed class CommandTests(CommandFixture fixture) : IClassFixture<CommandFixture>
{
    private readonly string _folder = fixture.Folder;
    private readonly CliNode _node = fixture.Node;

    private static string Models => CommandFixture.Models;

    private string Bundle => Path.Combine(_folder, "answer", "answer.receipt");

    private string Trust => Path.Combine(_folder, "answer", "trust.txt");

    [Fact]
    public async Task Verify_ExitCodes_SayWhatHappened()
    {
        Assert.Equal(1, (await ProcessAsync("verify", Bundle)).ExitCode);
        Assert.Equal(2, (await ProcessAsync("verify", Bundle, "--trust", Trust)).ExitCode);
        Assert.Equal(0, (await ProcessAsync("verify", Bundle, "--trust", Trust, "--require", "signed")).ExitCode);
        Assert.Equal(0, (await RunAsync("verify", Bundle, "--trust", Trust, "--replay", Path.Combine(_folder, "answer", "model"), "--model", "digits")).ExitCode);
        Assert.Equal(2, (await RunAsync("verify", Bundle, "--trust", Trust, "--require", "zk")).ExitCode);
        Assert.Equal(2, (await RunAsync("verify", Bundle, "--trust", Trust, "--require", "tee")).ExitCode);
        Assert.Equal(3, (await ProcessAsync("verify", Path.Combine(_folder, "nothing.receipt"), "--trust", Trust)).ExitCode);
        Assert.Equal(3, (await RunAsync("verify", Trust, "--trust", Trust)).ExitCode);
        Assert.Equal(4, (await ProcessAsync("verify")).ExitCode);
        Assert.Equal(4, (await RunAsync("verify", Bundle, "--nonsense")).ExitCode);
        Assert.Equal(4, (await RunAsync("verify", Bundle, "--require", "best")).ExitCode);
        Assert.Equal(4, (await RunAsync("verify", Bundle, "--replay")).ExitCode);
    }

    [Fact]
    public async Task BenchProve_Json_HasFiguresOfEachPhase()
    {
        using JsonDocument figures = await ProcessJsonAsync("bench", "prove", "--model", "mlp", "--seconds", "1", "--json");
        Assert.Equal(101_770, figures.RootElement.GetProperty("parameters").GetInt32());
        Assert.Equal(7, figures.RootElement.GetProperty("phasesMilliseconds").EnumerateObject().Count(static phase => phase.Value.GetDouble() > 0));
        Assert.True(figures.RootElement.GetProperty("securityBits").GetDouble() >= 100);
    }

    [Fact]
    public async Task Verify_Json_HasStableKeys()
    {
        using JsonDocument verdict = await JsonAsync("verify", Bundle, "--trust", Trust, "--require", "signed", "--json");
        Assert.Equal("met", verdict.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(6, verdict.RootElement.GetProperty("questions").GetArrayLength());
        Assert.NotEqual(0, verdict.RootElement.GetProperty("checks").GetArrayLength());
    }

    [Fact]
    public async Task Verify_At_JudgesAsOfThatTimeAndSaysSo()
    {
        CliRunner.Result early = await RunAsync("verify", Bundle, "--trust", Trust, "--require", "signed", "--at", "2020-01-01T00:00:00Z");
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("keyset/issued-in-future", early.Output, StringComparison.Ordinal);
        Assert.Contains("2020-01-01 00:00:00 UTC by the time that was given, NOT this machine's clock", early.Output, StringComparison.Ordinal);
        Assert.Contains("UTC by this machine's clock", (await RunAsync("verify", Bundle, "--trust", Trust)).Output, StringComparison.Ordinal);
        using JsonDocument late = await JsonAsync("verify", Bundle, "--trust", Trust, "--require", "signed", "--at", "2100-01-01T01:00:00+01:00", "--json");
        Assert.Equal("2100-01-01T00:00:00.000Z", late.RootElement.GetProperty("clock").GetProperty("at").GetString());
        Assert.True(late.RootElement.GetProperty("clock").GetProperty("given").GetBoolean());
        Assert.Equal(4, (await RunAsync("verify", Bundle, "--trust", Trust, "--at", "2100-01-01T00:00:00")).ExitCode);
        Assert.Equal(4, (await RunAsync("verify", Bundle, "--trust", Trust, "--at", "soon")).ExitCode);
    }

    /// <summary>What has come since is fetched, and nothing else: what was left out of this copy stays left out.</summary>
    [Fact]
    public async Task Verify_Refresh_FetchesWhatHasComeSince()
    {
        Receipts.Bundle whole = Receipts.Bundle.TryDecode(await File.ReadAllBytesAsync(Bundle), out _)!;
        string early = Path.Combine(fixture.Folder, "early.receipt"), later = Path.Combine(fixture.Folder, "later.receipt");
        await File.WriteAllBytesAsync(early, Receipts.Disclosure.Redact(whole.WithLogProof(null), ["model"], out _, out _)!.Encode());
        string node = fixture.Node.Address.ToString();
        Assert.Equal(2, (await RunAsync("verify", early, "--trust", Trust, "--require", "signed")).ExitCode);
        CliRunner.Result refreshed = await RunAsync("verify", early, "--trust", Trust, "--require", "signed", "--refresh", "--node", node, "--out", later);
        Assert.True(refreshed.ExitCode == 0, refreshed.Error + refreshed.Output);
        Assert.Contains("refreshed: log proof", refreshed.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("verify", later, "--trust", Trust, "--require", "signed")).ExitCode);
        Receipts.Bundle saved = Receipts.Bundle.TryDecode(await File.ReadAllBytesAsync(later), out _)!;
        Assert.True(saved.Output.RedactedCount == saved.Output.Parts.Count && saved.Attachments.Count == 0);
        Assert.Contains("refreshed: nothing new", (await RunAsync("verify", later, "--trust", Trust, "--require", "signed", "--refresh", "--node", node)).Output, StringComparison.Ordinal);

        Assert.Equal(4, (await RunAsync("verify", early, "--trust", Trust, "--out", later)).ExitCode);
        CliRunner.Result gone = await RunAsync("verify", later, "--trust", Trust, "--refresh", "--node", "http://127.0.0.1:1");
        Assert.True(gone.ExitCode is not 0 and not 2 && gone.Error.Contains("127.0.0.1:1", StringComparison.Ordinal), gone.Error + gone.Output);
    }

    [Fact]
    public async Task Verify_WithoutATrustFile_SaysWhatWouldWork()
    {
        string line = (await File.ReadAllLinesAsync(Trust))[0];
        CliRunner.Result nothing = await RunAsync("verify", Bundle);
        Assert.Contains("--first-use", nothing.Output, StringComparison.Ordinal);
        Assert.Contains($"assay trust add {line} --trust trust.txt", nothing.Output, StringComparison.Ordinal);
        CliRunner.Result first = await RunAsync("verify", Bundle, "--first-use", "--require", "signed");
        Assert.Equal(0, first.ExitCode);
        Assert.Contains($"assay trust add {line} --trust trust.txt", first.Output, StringComparison.Ordinal);
        Assert.Contains("nothing but the receipt itself says whose keys these are", first.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_AnotherRequest_IsNamed()
    {
        string other = Path.Combine(_folder, "other.json");
        await File.WriteAllTextAsync(other, "{}");
        CliRunner.Result result = await RunAsync("verify", Bundle, "--trust", Trust, "--require", "signed", "--request", other);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("request/wire", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disclose_KeepsTheReceiptCheckable()
    {
        string redacted = Path.Combine(_folder, "redacted.receipt");
        Assert.Equal(0, (await ProcessAsync("disclose", Bundle, "--keep", "model,request.policy,request.level_source", "--out", redacted)).ExitCode);
        CliRunner.Result verified = await RunAsync("verify", redacted, "--trust", Trust, "--require", "signed");
        Assert.True(verified.ExitCode == 0, verified.Output);
        Assert.Contains("redacted", (await RunAsync("explain", redacted)).Output, StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync("disclose", Bundle, "--keep", "model.nose", "--out", redacted)).ExitCode);
    }

    [Fact]
    public async Task Explain_ListsTheFields()
    {
        using JsonDocument explained = await ProcessJsonAsync("explain", Bundle, "--json");
        Assert.Contains(explained.RootElement.GetProperty("fields").EnumerateArray(), static f => f.GetProperty("name").GetString() == "model.model_id");
    }

    [Fact]
    public async Task Infer_ALevelThatIsNotThere_IsRefusedWithWhatIs()
    {
        CliRunner.Result result = await RunAsync("infer", "digits@zk", "--input", Path.Combine(Models, "digits", "test_inputs.npy"), "--row", "0", "--node", _node.Address.ToString(), "--out", Path.Combine(_folder, "refused"));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("verification_unsatisfiable", result.Error, StringComparison.Ordinal);
        Assert.Contains("signed, replay", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "refused")));
    }

    [Fact]
    public async Task Advise_WithANode_QuotesWhatItMeasured()
    {
        using JsonDocument advice = await ProcessJsonAsync("advise", "--threat", "model-swap", "--model", "digits", "--node", _node.Address.ToString(), "--json");
        JsonElement now = advice.RootElement.GetProperty("availableNow");
        Assert.Equal("replay", now.GetProperty("level").GetString());
        Assert.Equal(JsonValueKind.Number, now.GetProperty("milliseconds").ValueKind);
        Assert.Equal(4, (await RunAsync("advise", "--threat", "aliens")).ExitCode);
    }

    [Fact]
    public async Task Log_CheckpointAndStatistics_AgreeWithTheEntries()
    {
        Assert.Contains("localhost/assay", (await ProcessAsync("log", "checkpoint", "--node", _node.Address.ToString())).Output, StringComparison.Ordinal);
        using JsonDocument statistics = await JsonAsync("log", "stats", "--node", _node.Address.ToString(), "--json");
        Assert.True(statistics.RootElement.GetProperty("rootMatches").GetBoolean());
        Assert.True(statistics.RootElement.GetProperty("levels").GetProperty("replay").GetInt64() >= 1);
        Assert.Equal((0, 0), (statistics.RootElement.GetProperty("settlements").GetInt64(), statistics.RootElement.GetProperty("endorsements").GetInt64()));
    }

    [Fact]
    public async Task Model_ListAndInspect_ShowIdentityAndFidelity()
    {
        string store = Path.Combine(_folder, "node");
        using JsonDocument list = await JsonAsync("model", "list", "--folder", store, "--json");
        JsonElement model = list.RootElement.GetProperty("models")[0];
        Assert.Equal("digits", model.GetProperty("name").GetString());
        using JsonDocument inspected = await JsonAsync("model", "inspect", "digits", "--folder", store, "--json");
        Assert.Equal(model.GetProperty("modelId").GetString(), inspected.RootElement.GetProperty("modelId").GetString());
        Assert.Equal(3, (await RunAsync("model", "inspect", "digit", "--folder", store)).ExitCode);
        string drawing = Path.Combine(_folder, "digits.svg");
        string shown = (await RunAsync("model", "inspect", "digits", "--folder", store, "--svg", drawing)).Output;
        Assert.Contains("Conv+Relu", shown, StringComparison.Ordinal);
        Assert.Contains("|#####", shown, StringComparison.Ordinal);
        Assert.Equal("svg", System.Xml.Linq.XDocument.Load(drawing).Root!.Name.LocalName);
        Assert.Equal(3, (await RunAsync("model", "add", Path.Combine(Models, "digits", "test_inputs.npy"), "--folder", store)).ExitCode);
    }

    [Fact]
    public async Task Serve_BadOptions_AllNamedAtOnce()
    {
        CliRunner.Result result = await ProcessAsync("serve", "--folder", Path.Combine(_folder, "bad"), "--url", "ftp://x", "--max-batch", "0", "--origin", "a b");
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("--url", result.Error, StringComparison.Ordinal);
        Assert.Contains("--max-batch", result.Error, StringComparison.Ordinal);
        Assert.Contains("--origin", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "bad")));
    }

    [Fact]
    public async Task Serve_DefaultLevelBeyondLoopback_IsRefused() =>
        Assert.Equal(4, (await RunAsync("serve", "--folder", Path.Combine(_folder, "bad"), "--url", "http://0.0.0.0:0", "--default-level", "signed")).ExitCode);

    [Theory]
    [InlineData("http://127.0.0.1:18433/path")]
    [InlineData("http://127.0.0.1:18434/;http://0.0.0.0:18435")]
    public async Task Serve_AnAddressThatIsMoreThanOne_IsRefused(string url) =>
        Assert.Equal(4, (await RunAsync("serve", "--folder", Path.Combine(_folder, "bad"), "--url", url, "--default-level", "signed")).ExitCode);

    [Fact]
    public async Task Infer_RequiresTheLevelThatWasSaid_WhateverTheReceiptSays()
    {
        string body = Path.Combine(_folder, "signed.json");
        await File.WriteAllTextAsync(body, await File.ReadAllTextAsync(Path.Combine(_folder, "answer", "request.json")));
        CliRunner.Result result = await RunAsync("infer", "digits", "--input", body, "--node", _node.Address.ToString(), "--trust", Trust, "--out", Path.Combine(_folder, "again"));
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task FirstUse_WritesTheKeysThatSigned()
    {
        string trust = await File.ReadAllTextAsync(Trust);
        CliRunner.Result untrusted = await RunAsync("verify", Bundle);
        Assert.All(trust.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(line, untrusted.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task BrokenJson_IsAMessage_NotACrash()
    {
        string keys = Path.Combine(_folder, "broken.json");
        await File.WriteAllTextAsync(keys, "{");
        Assert.Equal(3, (await RunAsync("key", "add", "x", "--keys", keys)).ExitCode);
    }

    [Fact]
    public void TextsOfANode_CannotMoveTheCursor()
    {
        using StringWriter words = new();
        new Cli.Console.Output(words, words, Stream.Null, isJson: false).Line("a\u001b[2Jb\u202ec\nd");
        Assert.Equal("a\uFFFD[2Jb\uFFFDc\nd" + Environment.NewLine, words.ToString());
    }

    [Fact]
    public async Task Key_Add_PrintsTheSecretOnce_AndKeepsOnlyItsDigest()
    {
        string file = Path.Combine(_folder, "keys.json");
        using JsonDocument key = await ProcessJsonAsync("key", "add", "team", "--keys", file, "--minimum-level", "replay", "--json");
        string secret = key.RootElement.GetProperty("secret").GetString()!;
        Assert.DoesNotContain(secret, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.NotEqual(0, (await RunAsync("key", "add", "team", "--keys", file)).ExitCode);
    }

    private static Task<CliRunner.Result> RunAsync(params string[] arguments) => CliRunner.RunAsync(arguments);

    private static Task<CliRunner.Result> ProcessAsync(params string[] arguments) => CliRunner.ProcessAsync(arguments);

    private static async Task<JsonDocument> JsonAsync(params string[] arguments) => Json(await CliRunner.RunAsync(arguments));

    private static async Task<JsonDocument> ProcessJsonAsync(params string[] arguments) => Json(await CliRunner.ProcessAsync(arguments));

    private static JsonDocument Json(CliRunner.Result result)
    {
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        return JsonDocument.Parse(result.Output);
    }
}
