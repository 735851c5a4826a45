using System.Text;
using Assay.Models.Hub;
using Assay.Models.Store;
using Assay.Primitives;

namespace Assay.Models.Tests.Hub;

public sealed class HubIndexTests
{
    private static readonly ModelId Id = new(Digest32.Sha256("m"u8));

    private static HubEntry Entry(string name, string card = "{}", string kind = HubEntry.Exact, string? use = null) =>
        new(name, Id, kind, ModelCard.TryRead(Encoding.UTF8.GetBytes(card), out _) ?? throw new ArgumentException(card), use, null);

    private static readonly HubIndex Index = new(
    [
        Entry("faces", """{"description":"Finds faces in pictures.","task":"face-detection","tags":["vision"],"licence":"Apache-2.0 OR MIT"}"""),
        Entry("digits", """{"description":"Reads a handwritten digit.","task":"image-classification","classes":["null","eins"],"licence":"CC-BY-4.0"}""", use: "entertainment"),
        Entry("voice", """{"description":"Żółw or voice?","task":"voice-activity","authors":["Żaneta"]}""", HubEntry.Float),
        new HubEntry("bare", Id, HubEntry.Exact, null, null, null),
    ]);

    private static string Found(HubQuery query) => string.Join(' ', Index.Find(query).Entries.Select(static e => e.Name));

    [Theory]
    [InlineData("", "bare digits faces voice")]
    [InlineData("face", "faces")]
    [InlineData("FACES pict", "faces")]
    [InlineData("face-detection", "faces")]
    [InlineData("ace", "")]
    [InlineData("eins", "digits")]
    [InlineData("żół", "voice")]
    [InlineData("żaneta", "voice")]
    [InlineData("classification", "digits")]
    [InlineData("bare", "bare")]
    [InlineData("face digit", "")]
    [InlineData(" , ! ", "bare digits faces voice")]
    public void Find_Words_AreBeginningsOfWords(string words, string names) => Assert.Equal(names, Found(new HubQuery(words)));

    [Fact]
    public void Find_Properties_AllHaveToFit()
    {
        Assert.Equal("faces", Found(new HubQuery("", Licence: "mit")));
        Assert.Equal("", Found(new HubQuery("", Licence: "Apache")));
        Assert.Equal("digits", Found(new HubQuery("", Task: "image-classification")));
        Assert.Equal("voice", Found(new HubQuery("", Kind: HubEntry.Float)));
        Assert.Equal("digits", Found(new HubQuery("", Use: "entertainment")));
        Assert.Equal("", Found(new HubQuery("face", Use: "entertainment")));
        Assert.Equal("bare", Found(new HubQuery("", Also: static e => e.Card is null)));
    }

    [Fact]
    public void Find_Pages_GiveEveryModelOnce()
    {
        HubIndex index = new(Enumerable.Range(0, 2500).Select(static i => Entry($"m{i:0000}")));
        List<string> names = [];
        string? after = null;
        do
        {
            HubPage page = index.Find(new HubQuery("n0 "), after, 7);
            HubPage all = index.Find(new HubQuery(""), after, 999);
            Assert.Empty(page.Entries);
            names.AddRange(all.Entries.Select(static e => e.Name));
            after = all.Next;
        }
        while (after is not null);
        Assert.Equal(Enumerable.Range(0, 2500).Select(static i => $"m{i:0000}"), names);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Find(new HubQuery(""), null, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Find(new HubQuery(""), null, HubIndex.MaxPage + 1));
    }

    [Fact]
    public void Find_LongCardAndQuery_AreBounded()
    {
        HubIndex index = new([Entry("long", "{\"classes\":[" + string.Join(',', Enumerable.Range(0, 60_000).Select(static i => $"\"class{i}\"")) + "]}")]);
        Assert.Single(index.Find(new HubQuery("class7")).Entries);
        Assert.Empty(index.Find(new HubQuery("class59999")).Entries);
        Assert.Single(index.Find(new HubQuery(string.Concat(Enumerable.Repeat("class7 ", 100_000)) + "nothing")).Entries);
    }

    [Fact]
    public void Changes_AreSaidInWords()
    {
        AliasEntry first = new(1, 0, new string('a', 64), new string('b', 64), null, "decision", null);
        ModelCard mit = ModelCard.TryRead("{\"licence\":\"MIT\",\"tags\":[\"a\"]}"u8.ToArray(), out _)!;
        ModelCard apache = ModelCard.TryRead("{\"licence\":\"Apache-2.0\",\"tags\":[\"b\"]}"u8.ToArray(), out _)!;
        AliasEntry withMit = first with { Card = mit.Digest.ToString() };
        Assert.Equal(["first entry"], AliasChanges.Between(null, first, null, null));
        Assert.Equal(["nothing: registered again"], AliasChanges.Between(first, first, null, null));
        Assert.Equal(["another model", "minimum level none -> signed"], AliasChanges.Between(first, first with { ModelId = new string('c', 64), MinimumLevel = "signed" }, null, null));
        Assert.Equal(["another statement about the same model", "use decision -> none"], AliasChanges.Between(first, first with { Statement = new string('c', 64), DeclaredUse = null }, null, null));
        Assert.Equal(["a card, licence MIT"], AliasChanges.Between(first, withMit, null, mit));
        Assert.Equal(["no card any more"], AliasChanges.Between(withMit, first, mit, null));
        Assert.Equal(["licence MIT -> Apache-2.0", "tags changed"], AliasChanges.Between(withMit, first with { Card = apache.Digest.ToString() }, mit, apache));
        Assert.Equal(["another card"], AliasChanges.Between(withMit, first with { Card = apache.Digest.ToString() }, mit, null));
        ModelCard other = ModelCard.TryRead("{\"licence\":\"MIT\", \"tags\":[\"a\"]}"u8.ToArray(), out _)!;
        Assert.Equal(["another card, with other details"], AliasChanges.Between(withMit, first with { Card = other.Digest.ToString() }, mit, other));
    }
}
