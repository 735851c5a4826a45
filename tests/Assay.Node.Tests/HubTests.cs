using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Models.Hub;
using Assay.Models.Registration;
using Assay.Models.Store;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;
using Assay.Testing;
using Assay.Verification;
using Xunit.Abstractions;

namespace Assay.Node.Tests;

/// <summary>Finding models at a node, and what is said about them.</summary>
public sealed class HubTests(ITestOutputHelper output) : IDisposable
{
    private static readonly Lazy<(byte[] Onnx, RegistrationResult Result)> Risk = new(static () =>
    {
        string folder = Path.Combine(Oracles.RepositoryRoot, "models", "risk");
        byte[] onnx = File.ReadAllBytes(Path.Combine(folder, "model.onnx"));
        return (onnx, ModelRegistration.Register(RegistrationRequest.Single(onnx, File.ReadAllBytes(Path.Combine(folder, "calibration.npy")))));
    });

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-hub-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ModelCard Card(string json) => ModelCard.TryRead(Encoding.UTF8.GetBytes(json), out _)!;

    private static async Task<JsonElement> GetAsync(NodeFixture node, string path, int status = 200)
    {
        (int actual, string body, _) = await node.SendAsync(HttpMethod.Get, path);
        Assert.True(status == actual, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private (ModelStore Store, ModelId Id) Stored()
    {
        ModelStore store = ModelStore.Open(_folder, TimeProvider.System);
        Assert.True(store.Put(Risk.Value.Result.Model!, Risk.Value.Result.StatementBytes, Risk.Value.Onnx).Found);
        return (store, Risk.Value.Result.Model!.Id);
    }

    [Fact]
    public void AcceptedFidelity_StaysWithTheName_WhenTheModelIsAddedAgain()
    {
        (ModelStore store, ModelId id) = Stored();
        ModelStatement met = Risk.Value.Result.Statement!;
        ModelStatement accepted = met with { Fidelity = met.Fidelity with { Verdict = met.Fidelity.Verdict! with { Met = false } } };
        Assert.True(store.Put(Risk.Value.Result.Model!, accepted.ToJson(), Risk.Value.Onnx).Found);
        Assert.True(store.SetAlias("accepted", id, null, null).Found);
        Assert.True(store.Put(Risk.Value.Result.Model!, met.ToJson(), Risk.Value.Onnx).Found);
        Assert.True(store.SetAlias("again", id, null, null).Found);

        using ModelCatalog loaded = CatalogLoader.Load(store, static () => throw new InvalidOperationException("no float model here"));
        Assert.True(loaded.Find("accepted")!.FidelityAccepted);
        Assert.Equal(Digest32.Sha256(accepted.ToJson()), loaded.Find("accepted")!.StatementDigest);
        Assert.False(loaded.Find("again")!.FidelityAccepted);
        Assert.True(loaded.Find(id.ToString())!.FidelityAccepted);
        Assert.NotNull(loaded.FindStatement(Digest32.Sha256(met.ToJson())));

        File.Delete(Path.Combine(_folder, "models", id.ToString(), $"statement-{Digest32.Sha256(accepted.ToJson())}.json"));
        Assert.Throws<InvalidDataException>(() => CatalogLoader.Load(store, static () => throw new InvalidOperationException("no float model here")));
    }

    [Fact]
    public async Task Papers_AreServed_AndOnlyWhatHolds()
    {
        (ModelStore store, ModelId id) = Stored();
        byte[] licence = "<script>alert(1)</script>"u8.ToArray();
        ModelCard card = Card($$"""{"description":"Scores.","task":"scoring","licence":"LicenseRef-acme","licence_file":"L.txt","licence_sha256":"{{Digest32.Sha256(licence)}}"}""");
        Assert.True(store.AddCard(id, card, licence).Found);
        Assert.True(store.SetAlias("risk", id, null, "decision", null).Found);
        AliasEntry alias = store.SetAlias("risk", id, "replay", "decision", card.Digest).Value!;
        using Es256Signer signer = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        PublishedModel published = ServedPapers.Published(store.Load(id).Value!, card);
        PublisherStatement good = PublisherStatement.Create(id, published.Statement, published.Card, published.Source, "Acme", DateTimeOffset.UnixEpoch.AddDays(20000), signer);
        PublisherStatement other = PublisherStatement.Create(id, default, published.Card, published.Source, "Acme", DateTimeOffset.UnixEpoch.AddDays(20000), signer);
        foreach (ReadOnlyMemory<byte> statement in new[] { good.Bytes, other.Bytes, "rubbish"u8.ToArray() })
        {
            Assert.True(store.AddPublisherStatement(id, statement).Found);
        }

        using ModelCatalog loaded = CatalogLoader.Load(store, static () => throw new InvalidOperationException("no float model here"));
        await using NodeFixture node = await NodeFixture.StartAsync(loaded.Models);
        JsonElement model = await GetAsync(node, "/v1/models/risk");
        Assert.Equal(("exact", "scoring", "LicenseRef-acme", "Scores."), (model.GetProperty("kind").GetString(), model.GetProperty("task").GetString(), model.GetProperty("licence").GetString(), model.GetProperty("description").GetString()));
        Assert.Equal(signer.PublicKey.Thumbprint().ToString(), model.GetProperty("publishers")[0].GetProperty("publisher").GetString());

        JsonElement statements = await GetAsync(node, $"/v1/models/{id}/statements");
        JsonElement only = Assert.Single(statements.GetProperty("statements").EnumerateArray());
        TrustFile trust = TrustFile.TryParse(Encoding.UTF8.GetBytes($"publisher acme {signer.PublicKey.Thumbprint()}\n"), out _, out _)!;
        Assert.Equal(CheckResult.Pass, PublisherAppraisal.Appraise(only.GetProperty("cose").GetBytesFromBase64(), published, trust).Result);
        Assert.Equal(card.Digest.ToString(), statements.GetProperty("card_digest").GetString());

        (_, string text, HttpResponseMessage response) = await node.SendAsync(HttpMethod.Get, "/v1/models/risk/licence");
        Assert.Equal(("<script>alert(1)</script>", "text/plain; charset=utf-8", "nosniff"), (text, response.Content.Headers.ContentType!.ToString(), response.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Equal(Encoding.UTF8.GetString(card.Bytes.Span), (await node.SendAsync(HttpMethod.Get, "/v1/models/risk/card")).Body);

        JsonElement history = await GetAsync(node, "/v1/models/risk/history");
        Assert.Equal(["first entry", "minimum level none -> replay", "a card, licence LicenseRef-acme"], history.GetProperty("history").EnumerateArray().SelectMany(static e => e.GetProperty("changes").EnumerateArray()).Select(static c => c.GetString()!));
        Assert.Equal(alias.Card, history.GetProperty("history")[1].GetProperty("card_digest").GetString());
        Assert.Equal("1", (await GetAsync(node, "/v1/models/risk/history?limit=1")).GetProperty("next").GetString());
        Assert.Single((await GetAsync(node, "/v1/models/risk/history?after=1")).GetProperty("history").EnumerateArray());
        Assert.Empty((await GetAsync(node, "/v1/models/risk/history?after=2147483647&limit=1000")).GetProperty("history").EnumerateArray());
        Assert.Equal("query_value", (await GetAsync(node, "/v1/models/risk/history?after=-1", 400)).GetProperty("code").GetString());
    }

    [Fact]
    public void Load_CardThatIsDamaged_DoesNotStart()
    {
        (ModelStore store, ModelId id) = Stored();
        ModelCard card = Card("""{"licence":"MIT"}""");
        Assert.True(store.AddCard(id, card, null).Found);
        Assert.True(store.SetAlias("risk", id, null, null, card.Digest).Found);
        File.WriteAllText(Path.Combine(_folder, "papers", id.ToString(), $"card-{card.Digest}.json"), """{"licence":"0BSD"}""");
        Assert.Contains("its card", Assert.Throws<InvalidDataException>(() => CatalogLoader.Load(store, static () => throw new InvalidOperationException("no float model here"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_IsSearchedAndPaged()
    {
        await using NodeFixture node = await NodeFixture.StartAsync([.. Enumerable.Range(0, 250).Select(static i => TestModels.Serve($"tiny-{i:000}", weightsPublic: i % 2 == 0)), TestModels.Serve("face", use: "decision")]);
        List<string> names = [];
        string next = "";
        do
        {
            JsonElement page = await GetAsync(node, "/v1/models" + (next.Length == 0 ? "" : $"?after={next}"));
            Assert.InRange(page.GetProperty("models").GetArrayLength(), 1, 100);
            names.AddRange(page.GetProperty("models").EnumerateArray().Select(static m => m.GetProperty("name").GetString()!));
            next = page.GetProperty("next").GetString() ?? "";
        }
        while (next.Length > 0);
        Assert.Equal(251, names.Distinct().Count());
        Assert.Equal("face", (await GetAsync(node, "/v1/models?q=fac")).GetProperty("models")[0].GetProperty("name").GetString());
        Assert.Equal(1, (await GetAsync(node, "/v1/models?use=decision&kind=exact&level=replay")).GetProperty("models").GetArrayLength());
        Assert.Equal(125, (await GetAsync(node, "/v1/models?q=tiny&level=replay&limit=1000")).GetProperty("models").GetArrayLength());
        Assert.Equal(0, (await GetAsync(node, "/v1/models?kind=float")).GetProperty("models").GetArrayLength());
        Assert.Equal(0, (await GetAsync(node, "/v1/models?licence=MIT")).GetProperty("models").GetArrayLength());
        foreach ((string query, string code) in new[] { ("licens=MIT", "query_unknown"), ("q=a&q=b", "query_value"), ("limit=0", "query_value"), ("limit=1001", "query_value"), ("kind=big", "query_value"), ("level=best", "query_value"), ("q=" + new string('a', 257), "query_value") })
        {
            Assert.Equal((query, code), (query, (await GetAsync(node, "/v1/models?" + query, 400)).GetProperty("code").GetString()));
        }

        foreach (string path in new[] { "card", "licence" })
        {
            Assert.EndsWith("_not_found", (await GetAsync(node, $"/v1/models/face/{path}", 404)).GetProperty("code").GetString());
            Assert.Equal("model_not_found", (await GetAsync(node, $"/v1/models/nothing/{path}", 404)).GetProperty("code").GetString());
        }
    }

    /// <summary>Two thousand names: made, indexed, searched. Figures for docs/hub.md; the bounds are wide, so that they don't depend on the machine.</summary>
    [Fact]
    public void Index_OfTwoThousandNames_AnswersAtOnce()
    {
        ModelCard[] cards = [.. Enumerable.Range(0, 2000).Select(static i => Card($$"""{"description":"Model number {{i}} finds things of kind k{{i % 97}} in pictures and says where they are.","task":"task-{{i % 10}}","tags":["t{{i % 50}}"],"licence":"{{(i % 3 == 0 ? "MIT" : "Apache-2.0")}}","classes":["{{string.Join("\",\"", Enumerable.Range(0, 100).Select(c => $"class{c}of{i}"))}}"]}"""))];
        long began = Stopwatch.GetTimestamp();
        HubIndex index = new(cards.Select(static (card, i) => new HubEntry($"model-{i:0000}", new ModelId(card.Digest), HubEntry.Exact, card, null, null)));
        TimeSpan made = Stopwatch.GetElapsedTime(began);
        _ = index.Find(new HubQuery("k7 pictures", Licence: "MIT"));
        began = Stopwatch.GetTimestamp();
        int found = 0;
        for (int i = 0; i < 100; i++)
        {
            found += index.Find(new HubQuery($"k{i % 97} pictures class5of", Licence: "MIT"), null, 100).Entries.Count;
        }

        TimeSpan searched = Stopwatch.GetElapsedTime(began) / 100;
        output.WriteLine($"2,000 models: index {made.TotalMilliseconds:0.0} ms, a search {searched.TotalMilliseconds:0.000} ms");
        Assert.InRange(found, 100, 100_000);
        Assert.True(made < TimeSpan.FromSeconds(30) && searched < TimeSpan.FromMilliseconds(500));
    }
}
