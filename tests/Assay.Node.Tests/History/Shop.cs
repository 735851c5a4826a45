using System.Text.Json;
using Assay.Chat;
using Assay.Node.Tests.Chatting;
using Assay.Receipts;

namespace Assay.Node.Tests.History;

/// <summary>Requests of the application <c>shop</c>.</summary>
internal static class Shop
{
    internal static string Body(string system = "Be brief.", string more = "", string? application = "shop") =>
        $"{{\"model\":\"echo\",\"messages\":[{{\"role\":\"system\",\"content\":{JsonSerializer.Serialize(system)}}},{{\"role\":\"user\",\"content\":\"Hi\"}}]{(application is null ? "" : $",\"application\":\"{application}\"")}{more}}}";

    /// <summary>Asks, and gives the receipt's <c>lineage.relation</c>.</summary>
    internal static async Task<string?> RelationAsync(this NodeFixture node, string body, params (string Name, string Value)[] headers)
    {
        (int status, string answer, HttpResponseMessage response) = await node.AskAsync(body, headers: headers);
        Assert.True(status == 200, answer);
        return (await node.BundleAsync(response)).Claims.Text(ClaimRegistry.LineageRelation);
    }

    internal static async Task<JsonElement> GetAsync(this NodeFixture node, string path, params (string Name, string Value)[] headers)
    {
        (int status, string body, _) = await node.SendAsync(HttpMethod.Get, path, null, headers);
        Assert.True(status == 200, body);
        return body.Json();
    }

    internal static async Task<(int Status, JsonElement Json)> PutAsync(this NodeFixture node, string path, string body, params (string Name, string Value)[] headers)
    {
        (int status, string answer, _) = await node.SendAsync(HttpMethod.Put, path, body, headers);
        return (status, answer.Json());
    }

    /// <summary>As an upstream does that changes its model with every answer.</summary>
    internal static ScriptedBackend Upstream(Func<string> model) => new ChangingUpstream(model).Backend;

    private sealed class ChangingUpstream(Func<string> model)
    {
        internal ScriptedBackend Backend => new()
        {
            Info = new ChatBackendInfo { Backend = "upstream https://a.example:443", Semantics = "opaque", Kinds = new HashSet<ChatKind> { ChatKind.Chat } },
            Reporting = () => new ChatRunReport { Usage = ScriptedBackend.Usage, Upstream = new UpstreamWord { Origin = "https://a.example:443", Model = model() } },
        };
    }
}
