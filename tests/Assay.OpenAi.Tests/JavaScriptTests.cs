using System.Text.Json;
using Assay.Testing;

namespace Assay.OpenAi.Tests;

public sealed class JavaScriptTests(SdkNode node) : IClassFixture<SdkNode>
{
    private const int Cases = 128;

    [OracleFact(Oracle.OpenAi)]
    public async Task OpenAis_official_client_for_javascript_finds_all_that_it_expects()
    {
        string output = Oracles.RunNode("../openai/cases.mjs", node.Address.ToString());
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement[] results = [.. lines.Select(static line => JsonDocument.Parse(line).RootElement)];
        string[] failed = [.. results.Where(static result => result.GetProperty("error").ValueKind != JsonValueKind.Null).Select(static result => result.ToString())];
        Assert.True(failed.Length == 0, string.Join('\n', failed));
        Assert.Equal(Cases, results.Length);
        await node.RestAsync();
    }
}
