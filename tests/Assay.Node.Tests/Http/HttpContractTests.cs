using System.Globalization;

namespace Assay.Node.Tests.Http;

/// <summary>Runs http.txt: what a caller sends, and what it gets, as text that a reviewer can read without C#.</summary>
public sealed class HttpContractTests
{
    [Fact]
    public async Task TheNode_KeepsItsContract()
    {
        await using NodeFixture node = await NodeFixture.StartAsync(
            [TestModels.Serve(), TestModels.Serve("private", weightsPublic: false), TestModels.Serve("strict", use: "decision", minimum: Receipts.VerificationLevel.Replay)]);
        string path = Path.Combine(AppContext.BaseDirectory, "Http", "http.txt");
        List<string> failures = [];
        (int Status, string Body, HttpResponseMessage Response)? last = null;
        int line = 0;
        List<(string, string)> headers = [];
        string? body = null;
        foreach (string raw in await File.ReadAllLinesAsync(path))
        {
            line++;
            string text = raw.Trim().Replace("{id}", TestModels.Tiny().Id.ToString(), StringComparison.Ordinal);
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            string[] words = text.Split(' ', 2);
            switch (words[0])
            {
                case "header":
                    string[] pair = words[1].Split(": ", 2);
                    headers.Add((pair[0], pair[1]));
                    break;
                case "send":
                    body = words[1];
                    break;
                case "GET" or "POST" or "DELETE":
                    last = await node.SendAsync(new HttpMethod(words[0]), words[1], body, [.. headers]);
                    headers.Clear();
                    body = null;
                    break;
                case "status":
                    Expect(last!.Value.Status.ToString(CultureInfo.InvariantCulture) == words[1], $"status {last.Value.Status}: {last.Value.Body}");
                    break;
                case "contains":
                    Expect(last!.Value.Body.Contains(words[1], StringComparison.Ordinal), last.Value.Body);
                    break;
                case "has":
                    string[] expected = words[1].Split(": ", 2);
                    bool found = last!.Value.Response.Headers.TryGetValues(expected[0], out IEnumerable<string>? values) || last.Value.Response.Content.Headers.TryGetValues(expected[0], out values);
                    Expect(found && (expected.Length == 1 || string.Join(", ", values!) == expected[1]), $"headers: {last.Value.Response.Headers}{last.Value.Response.Content.Headers}");
                    break;
                default:
                    Expect(false, "unknown statement");
                    break;
            }

            void Expect(bool holds, string actual)
            {
                if (!holds)
                {
                    failures.Add($"line {line}: {text}\n    got {actual}");
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
