using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Cli.Histories;

namespace Assay.Cli.Tests.Histories;

/// <summary><c>assay history</c>, <c>prompt</c>, <c>tools</c> and <c>application</c> as a person uses them.</summary>
public sealed class HistoryCommandTests : IAsyncLifetime
{
    private const string Tools = """[{"type":"function","function":{"name":"look"}}]""";

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-history-cli-").FullName;
    private ShopNode _shop = null!;
    private CliNode _node = null!;

    public async Task InitializeAsync()
    {
        _shop = await ShopNode.CreateAsync(_folder);
        _node = await CliNode.StartAsync(Path.Combine(_folder, "node"), "--chat", _shop.Chat);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _shop.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task AHistory_IsShownHeldSavedAndReadAgainWithoutTheNode()
    {
        string receipt = await SaveAsync(await ShopNode.AskAsync(_node.Address, "You help.\nBe brief."), "one.receipt");
        await ShopNode.AskAsync(_node.Address, "You help.\nBe long.", ",\"temperature\":0.5,\"tools\":" + Tools);
        string saved = Path.Combine(_folder, "shop.history");
        CliRunner.Result live = await CliRunner.ProcessAsync(["history", "shop", "--node", _node.Address.ToString(), "--first-use", "--receipt", receipt, "--out", saved]);
        Assert.True(live.ExitCode == 0, live.Output + live.Error);
        foreach (string line in new[] { "2 configurations of 'shop'", "#2  ", "    -Be brief.", "    +Be long.", "temperature: not said -> 0.5", "+    \"type\": \"function\"", "one.receipt: established", "assay trust add node " })
        {
            Assert.Contains(line, live.Output, StringComparison.Ordinal);
        }

        string trust = Path.Combine(_folder, "trust.txt");
        await File.WriteAllLinesAsync(trust, live.Output.Split('\n').Where(static line => line.StartsWith("  assay trust add ", StringComparison.Ordinal)).Select(static line => line["  assay trust add ".Length..line.IndexOf(" --trust", StringComparison.Ordinal)]));
        _node.Kill();
        CliRunner.Result offline = await CliRunner.RunAsync("history", saved, "--trust", trust, "--receipt", receipt, "--json");
        Assert.True(offline.ExitCode == 0, offline.Output + offline.Error);
        JsonElement json = JsonDocument.Parse(offline.Output).RootElement;
        Assert.Equal(("met", 2), (json.GetProperty("outcome").GetString(), json.GetProperty("configurations").GetArrayLength()));
        Assert.Equal(1, (await CliRunner.RunAsync("history", saved)).ExitCode);

        // A history that leaves out what the receipt has.
        JsonObject shorter = JsonNode.Parse(await File.ReadAllBytesAsync(saved))!.AsObject();
        shorter["configurations"]!.AsArray().RemoveAt(0);
        shorter["asOf"] = (long)shorter["asOf"]! + 3_600_000;
        await File.WriteAllTextAsync(saved, shorter.ToJsonString());
        CliRunner.Result denied = await CliRunner.RunAsync("history", saved, "--trust", trust, "--receipt", receipt);
        Assert.Equal(1, denied.ExitCode);
        Assert.Contains("history/number-missing", denied.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await CliRunner.RunAsync("history", trust, "--trust", trust)).ExitCode);
        Assert.Equal(4, (await CliRunner.RunAsync("history")).ExitCode);
        Assert.Equal(3, (await CliRunner.RunAsync("history", "shop", "--node", _node.Address.ToString())).ExitCode);
    }

    [Fact]
    public async Task PromptsAndTools_AreRegisteredListedShown_AndAnApplicationIsClosed()
    {
        string node = _node.Address.ToString(), text = Path.Combine(_folder, "p.txt"), json = Path.Combine(_folder, "t.json");
        await File.WriteAllTextAsync(text, "Be brief.");
        await File.WriteAllTextAsync(json, Tools);
        Assert.StartsWith("support@1  ", (await CliRunner.ProcessAsync(["prompt", "add", "shop", "support", text, "--node", node])).Output, StringComparison.Ordinal);
        Assert.StartsWith("set@1  ", (await CliRunner.ProcessAsync(["tools", "add", "shop", "set", json, "--node", node])).Output, StringComparison.Ordinal);
        Assert.StartsWith("support@1 ", (await CliRunner.RunAsync("prompt", "list", "shop", "--node", node)).Output, StringComparison.Ordinal);
        Assert.StartsWith("support@1 ", (await CliRunner.RunAsync("prompt", "list", "shop", "support", "--node", node)).Output, StringComparison.Ordinal);
        Assert.Equal("""[{"role":"system","content":"Be brief."}]""", (await CliRunner.RunAsync("prompt", "show", "shop", "support@1", "--node", node)).Output.Trim());
        Assert.Equal(Tools, (await CliRunner.RunAsync("tools", "show", "shop", "set@1", "--node", node)).Output.Trim());
        Assert.Equal(0, (await CliRunner.ProcessAsync(["application", "close", "shop", "--node", node])).ExitCode);
        Assert.Contains("shop                      closed", (await CliRunner.RunAsync("application", "list", "--node", node)).Output, StringComparison.Ordinal);
        await ShopNode.AskAsync(_node.Address, "Be brief.");
        Assert.Contains("prompt support@1", (await CliRunner.RunAsync("history", "shop", "--node", node, "--first-use")).Output, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => ShopNode.AskAsync(_node.Address, "Be long."));
        Assert.Equal(0, (await CliRunner.RunAsync("application", "open", "shop", "--node", node)).ExitCode);
        await ShopNode.AskAsync(_node.Address, "Be long.");
        Assert.Equal(4, (await CliRunner.RunAsync("prompt", "show", "shop", "support", "--node", node)).ExitCode);
        Assert.Equal(4, (await CliRunner.RunAsync("prompt", "add", "../x", "support", text, "--node", node)).ExitCode);
        Assert.Equal(3, (await CliRunner.RunAsync("prompt", "show", "shop", "support@2", "--node", node)).ExitCode);
    }

    /// <summary>What an author wrote is shown as one line, without a word to the terminal.</summary>
    [Fact]
    public async Task TextThatWouldSteerATerminal_DoesNot()
    {
        await ShopNode.AskAsync(_node.Address, "a");
        await ShopNode.AskAsync(_node.Address, "\u001b[2J\u202eb\r#9  CONTRADICTION\u2028c", ",\"stop\":\"\\n#8  forged\"");
        CliRunner.Result shown = await CliRunner.RunAsync("history", "shop", "--node", _node.Address.ToString(), "--first-use");
        Assert.Equal(0, shown.ExitCode);
        Assert.DoesNotContain('\u001b', shown.Output);
        Assert.DoesNotContain('\u202e', shown.Output);
        Assert.DoesNotContain(shown.Output.Split('\n', '\r', '\u2028'), static line => line.StartsWith("#8", StringComparison.Ordinal) || line.StartsWith("#9", StringComparison.Ordinal));
    }

    [Fact]
    public void Parts_AreJoined_AndANodeThatDoesntGoOnEndsIt()
    {
        static byte[] Part(string numbers, bool more, string prompts, int after = 0) =>
            Encoding.UTF8.GetBytes($$"""{"profile":"assay/history/v1","asOf":{{numbers.Length}},"after":{{after}},"more":{{(more ? "true" : "false")}},"configurations":[{{numbers}}],"systemPrompts":{ {{prompts}} },"tools":{} }""");
        HistoryParts parts = new(Part("""{"number":1},{"number":2}""", true, "\"a\":[]"), 0);
        Assert.Equal(2, parts.Next);
        Assert.True(parts.TryAdd(Part("""{"number":3}""", false, "\"a\":[],\"b\":[]", 2)));
        Assert.Null(parts.Next);
        Assert.Equal("""{"profile":"assay/history/v1","asOf":25,"after":0,"more":false,"configurations":[{"number":1},{"number":2},{"number":3}],"systemPrompts":{"a":[],"b":[]},"tools":{}}""", Encoding.UTF8.GetString(parts.Joined));
        HistoryParts stuck = new(Part("""{"number":2}""", true, ""), 0);
        Assert.True(stuck.TryAdd(Part("""{"number":2}""", true, "", 2)));
        Assert.Null(stuck.Next);
        Assert.False(stuck.TryAdd("nonsense"u8.ToArray()));
        Assert.Null(new HistoryParts("[]"u8.ToArray(), 0).Next);

        // A part that begins elsewhere would hide what lies between: it isn't joined, and what there is says that there is more.
        HistoryParts hiding = new(Part("""{"number":1}""", true, ""), 0);
        Assert.False(hiding.TryAdd(Part("""{"number":9}""", false, "", 5)));
        Assert.Null(hiding.Next);
        Assert.True(JsonDocument.Parse(hiding.Joined).RootElement.GetProperty("more").GetBoolean());
        Assert.Null(new HistoryParts(Part("""{"number":9}""", true, "", 5), 0).Next);
    }

    /// <summary>Neither a node that begins elsewhere than asked nor a file that was saved as a part is all of it; who asks for a part gets one.</summary>
    [Fact]
    public async Task APart_IsOnlyMetForWhoAskedForIt()
    {
        await ShopNode.AskAsync(_node.Address, "a");
        await ShopNode.AskAsync(_node.Address, "b");
        string node = _node.Address.ToString(), saved = Path.Combine(_folder, "part.history");
        CliRunner.Result asked = await CliRunner.RunAsync("history", "shop", "--node", node, "--first-use", "--after", "1", "--out", saved);
        Assert.True(asked.ExitCode == 0, asked.Output + asked.Error);
        Assert.Contains("Only what comes after number 1, as asked.", asked.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CliRunner.RunAsync("history", saved, "--first-use", "--after", "1")).ExitCode);
        CliRunner.Result whole = await CliRunner.RunAsync("history", saved, "--first-use");
        Assert.Equal(3, whole.ExitCode);
        Assert.Contains("[history/part]", whole.Output, StringComparison.Ordinal);
        Assert.Equal(4, (await CliRunner.RunAsync("history", saved, "--first-use", "--after", "-1")).ExitCode);
    }

    [Fact]
    public async Task AChangeFarInALongLine_IsShown()
    {
        string start = new('x', 500), end = new('y', 500);
        await ShopNode.AskAsync(_node.Address, $"{start} Refund them. {end}", $",\"stop\":\"{start}1\"");
        await ShopNode.AskAsync(_node.Address, $"new line\n{start} Refuse them. {end}", $",\"stop\":\"{start}2\"");
        CliRunner.Result shown = await CliRunner.RunAsync("history", "shop", "--node", _node.Address.ToString(), "--first-use");
        Assert.True(shown.ExitCode == 0, shown.Output + shown.Error);
        string[] lines = shown.Output.Split('\n');
        Assert.Contains(lines, static line => line.StartsWith("    -(from character 466) …", StringComparison.Ordinal) && line.Contains("Refund them.", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith("    +(from character 466) …", StringComparison.Ordinal) && line.Contains("Refuse them.", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith("    stop: ", StringComparison.Ordinal) && line.Contains("x1", StringComparison.Ordinal) && line.Contains("x2", StringComparison.Ordinal));
        Assert.All(lines, static line => Assert.True(line.Length < 500));
    }

    private async Task<string> SaveAsync(ShopNode.Answered answered, string name)
    {
        string file = Path.Combine(_folder, name);
        await File.WriteAllBytesAsync(file, await _node.Client.GetBundleAsync(answered.Id, answered.Secret, CancellationToken.None));
        return file;
    }
}
