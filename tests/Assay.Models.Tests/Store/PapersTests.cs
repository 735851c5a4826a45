using System.Text;
using Assay.Models.Float;
using Assay.Models.Hub;
using Assay.Models.Registration;
using Assay.Models.Store;
using Assay.Models.Tests.Support;
using Assay.Primitives;

namespace Assay.Models.Tests.Store;

/// <summary>Cards, licence texts and signed statements beside models; and what a kill leaves.</summary>
public sealed class PapersTests : IDisposable
{
    private static readonly FloatModel Minus = FloatModel.TryCreate(Fixture.Load("minus").Onnx, out _)!;
    private static readonly byte[] Licence = "Do what you like."u8.ToArray();
    private static readonly ModelCard Plain = Card("""{"licence":"MIT"}""");
    private static readonly ModelCard Own = Card($$"""{"licence":"LicenseRef-acme","licence_file":"L.txt","licence_sha256":"{{Digest32.Sha256(Licence)}}"}""");

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-papers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ModelCard Card(string json) => ModelCard.TryRead(Encoding.UTF8.GetBytes(json), out _)!;

    private static byte[] Statement(string input) => FloatModelStatement.Of(Minus, [new FloatTensor(input, "float32", [-1, 4])], []).ToJson();

    private static ModelStore Open(string folder) => ModelStore.Open(folder, TimeProvider.System);

    [Fact]
    public void Papers_AreKeptByDigest()
    {
        ModelStore store = Open(_folder);
        Assert.Equal(StoreErrors.NotFound, store.AddCard(Minus.Id, Plain, null).Error);
        Assert.Equal(StoreErrors.NotFound, store.AddPublisherStatement(Minus.Id, new byte[1]).Error);
        Assert.True(store.Put(Minus, Statement("x")).Found);
        Assert.Equal(StoreErrors.CardLicence, store.AddCard(Minus.Id, Own, null).Error);
        Assert.Equal(StoreErrors.CardLicence, store.AddCard(Minus.Id, Own, [1]).Error);
        Assert.Equal(StoreErrors.CardLicence, store.AddCard(Minus.Id, Plain, Licence).Error);
        Assert.True(store.AddCard(Minus.Id, Own, Licence).Found);
        Assert.Equal(StoreErrors.NotFound, store.SetAlias("minus", Minus.Id, null, null, Plain.Digest).Error);
        Assert.True(store.SetAlias("minus", Minus.Id, null, null, Own.Digest).Found);

        store = Open(_folder);
        Assert.Equal(Own, store.CardOf(store.Resolve("minus").Value!));
        Assert.Equal(Licence, store.FindLicence(Minus.Id, Own));
        Assert.Null(store.FindCard(Minus.Id, Plain.Digest));
        HubEntry entry = HubCatalogue.Entry(store, "minus").Value!;
        Assert.Equal((HubEntry.Float, Own, Minus.Id), (entry.Kind, entry.Card, entry.Id));
        Assert.Equal(["first entry"], HubCatalogue.History(store, "minus").Value![0].Changes);

        // A paper with other bytes than its name says is none; adding it again heals it.
        string path = Path.Combine(_folder, "papers", Minus.Id.ToString(), $"card-{Own.Digest}.json");
        File.WriteAllBytes(path, Plain.Bytes.ToArray());
        Assert.Null(store.CardOf(store.Resolve("minus").Value!));
        Assert.True(store.AddCard(Minus.Id, Own, Licence).Found);
        Assert.Equal(Own, store.CardOf(store.Resolve("minus").Value!));
    }

    [Fact]
    public void PublisherStatements_AreBounded()
    {
        ModelStore store = Open(_folder);
        Assert.True(store.Put(Minus, Statement("x")).Found);
        for (int i = 0; i < 64; i++)
        {
            Assert.True(store.AddPublisherStatement(Minus.Id, BitConverter.GetBytes(i)).Found);
        }

        Assert.Equal(StoreErrors.TooMany, store.AddPublisherStatement(Minus.Id, BitConverter.GetBytes(64)).Error);
        Assert.True(store.AddPublisherStatement(Minus.Id, BitConverter.GetBytes(7)).Found);
        Assert.Equal(StoreErrors.TooMany, store.AddPublisherStatement(Minus.Id, new byte[4097]).Error);
        Assert.Equal(64, store.PublisherStatements(Minus.Id).Count);
        string folder = Path.Combine(_folder, "papers", Minus.Id.ToString());
        File.WriteAllBytes(Directory.EnumerateFiles(folder).Order().First(), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(folder, "publisher-nonsense.cose"), [1]);
        Assert.Equal(63, store.PublisherStatements(Minus.Id).Count(static b => b.Length == 4));
    }

    [Fact]
    public void ARegistration_ReplacesWhatSaysTheSame()
    {
        ModelStore store = Open(_folder);
        Assert.True(store.Put(Minus, Statement("x")).Found);
        for (byte i = 0; i < 8; i++)
        {
            Assert.True(store.AddRegistration(Minus.Id, new byte[] { i, 0 }).Found);
        }

        Assert.Equal(StoreErrors.TooMany, store.AddRegistration(Minus.Id, new byte[] { 8, 0 }).Error);
        Assert.True(store.AddRegistration(Minus.Id, new byte[] { 7, 1 }, static kept => kept.Span[0] == 7).Found);
        Assert.True(store.AddRegistration(Minus.Id, new byte[] { 7, 1 }, static kept => kept.Span[0] == 7).Found);
        Assert.Equal([1], store.RegistrationsOf(Minus.Id).Where(static bytes => bytes[0] == 7).Select(static bytes => (int)bytes[1]));
        Assert.Equal(8, store.RegistrationsOf(Minus.Id).Count);
    }

    [Fact]
    public void Alias_OfAnEarlierBuild_HasNoCard()
    {
        ModelStore store = Open(_folder);
        Assert.True(store.Put(Minus, Statement("x")).Found);
        string path = Path.Combine(_folder, "aliases", "old.jsonl");
        File.WriteAllText(path, $$"""{"seq":1,"at":5,"model_id":"{{Minus.Id}}","statement":"{{Digest32.Sha256(Statement("x"))}}","minimum_level":null,"declared_use":null}""" + "\n");
        Assert.Null(store.Resolve("old").Value!.Card);
        Assert.Null(HubCatalogue.Entry(store, "old").Value!.Card);
        File.AppendAllText(path, $$"""{"seq":2,"at":5,"model_id":"{{Minus.Id}}","statement":"{{Digest32.Sha256(Statement("x"))}}","minimum_level":null,"declared_use":null,"card":"xyz"}""" + "\n");
        Assert.Equal(StoreErrors.AliasHistory, store.Resolve("old").Error);
        _ = HubCatalogue.Index(store, out IReadOnlyList<(string Name, string Code)> unreadable);
        Assert.Equal([("old", StoreErrors.AliasHistory)], unreadable);
    }

    /// <summary>A process that dies between any two steps of adding, signing and naming leaves a store that opens, lists and goes on.</summary>
    [Fact]
    public void Kill_BetweenAnyTwoSteps_LeavesAStoreThatGoesOn()
    {
        int steps = 0;
        for (bool killed = true; killed; steps++)
        {
            string folder = Path.Combine(_folder, $"{steps}");
            int left = steps;
            ModelStore dying = ModelStore.Open(folder, TimeProvider.System, step => _ = left-- == 0 ? throw new KilledException(step) : 0);
            killed = false;
            string at = "the end";
            try
            {
                Everything(dying);
            }
            catch (KilledException e)
            {
                (killed, at) = (true, e.Message);
            }

            ModelStore after = Open(folder);
            HubIndex index = HubCatalogue.Index(after, out IReadOnlyList<(string Name, string Code)> unreadable);
            Assert.True(unreadable.Count == 0, at);
            foreach (HubEntry entry in index.Entries)
            {
                // What a name says is there, whole.
                Assert.True(after.Load(entry.Id).Found, at);
                AliasEntry alias = after.Resolve(entry.Name).Value!;
                Assert.Equal(alias.Card is null, entry.Card is null);
                Assert.True(entry.Card is null || entry.Card.LicenceText is null || after.FindLicence(entry.Id, entry.Card) is not null, at);
                Assert.Equal(alias.Sequence, HubCatalogue.History(after, entry.Name).Value!.Count);
            }

            Assert.All(after.List(), id => Assert.True(after.Load(id).Found, at));
            Assert.All(after.PublisherStatements(Minus.Id), static bytes => Assert.Equal("signed"u8.ToArray(), bytes));
            Everything(after);
            Assert.Equal(Plain, after.CardOf(after.Resolve("minus").Value!));
            Assert.Single(after.PublisherStatements(Minus.Id));
            Assert.Equal(Statement("y"), after.Load(Minus.Id).Value!.StatementBytes.ToArray());
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder, "incoming")));
        }

        Assert.InRange(steps, 15, 60);
    }

    private static void Everything(ModelStore store)
    {
        Require(store.Put(Minus, Statement("x")).Error);
        Require(store.AddCard(Minus.Id, Own, Licence).Error);
        Require(store.AddPublisherStatement(Minus.Id, "signed"u8.ToArray()).Error);
        Require(store.SetAlias("minus", Minus.Id, null, "decision", Own.Digest).Error);
        Require(store.Put(Minus, Statement("y")).Error);
        Require(store.AddCard(Minus.Id, Plain, null).Error);
        Require(store.SetAlias("minus", Minus.Id, null, "decision", Plain.Digest).Error);
        Require(store.SetAlias("other", Minus.Id, null, null).Error);
    }

    private static void Require(string? error) => Assert.Null(error);

    private sealed class KilledException(string step) : Exception(step);
}
