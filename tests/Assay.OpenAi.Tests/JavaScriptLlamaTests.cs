using System.Text.Json;
using Assay.Testing;

namespace Assay.OpenAi.Tests;

public sealed class JavaScriptLlamaTests(LlamaNode node) : IClassFixture<LlamaNode>
{
    private const int Cases = 55;

    [OracleFact(Oracle.OpenAiWithLlama)]
    public void OpenAis_official_client_for_javascript_talks_to_a_real_model()
    {
        string output = Oracles.RunNode("../openai/llama.mjs", node.Address.ToString());
        JsonElement[] results = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)];
        string[] failed = [.. results.Where(static result => result.GetProperty("error").ValueKind != JsonValueKind.Null).Select(static result => result.ToString())];
        Assert.True(failed.Length == 0, string.Join('\n', failed));
        Assert.Equal(Cases, results.Length);
    }
}
