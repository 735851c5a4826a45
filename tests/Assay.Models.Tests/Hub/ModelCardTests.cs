using System.Text;
using Assay.Models.Hub;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Models.Tests.Hub;

public sealed class ModelCardTests
{
    private const string Full = """
        {"name":"faces","description":"Finds faces.","warning":"Not for crowds.","licence":"LicenseRef-acme OR (MIT AND CC-BY-4.0)",
         "licence_file":"LICENCE.txt","licence_sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         "declared_use":"decision","task":"face-detection","classes":["face"],"tags":["vision","faces"],"authors":["A. Uthor"],
         "sources":["https://example.org/paper"],"homepage":"https://example.org/","input":{"any":[1,{"thing":null}]},"presentation":{}}
        """;

    private static ModelCard? Read(string json, out CardProblem? problem) => ModelCard.TryRead(Encoding.UTF8.GetBytes(json), out problem);

    [Fact]
    public void TryRead_EveryMember_IsKept()
    {
        ModelCard card = Read(Full, out CardProblem? problem)!;
        Assert.Null(problem);
        Assert.Equal(("faces", "Finds faces.", "Not for crowds.", "decision", "face-detection", "LICENCE.txt", "https://example.org/"), (card.Name, card.Description, card.Warning, card.DeclaredUse, card.Task, card.LicenceFile, card.Homepage));
        Assert.Equal(["LicenseRef-acme", "MIT", "CC-BY-4.0"], card.Licence!.Licences.AsEnumerable());
        Assert.Equal(["face", "vision", "faces", "A. Uthor", "https://example.org/paper"], [.. card.Classes, .. card.Tags, .. card.Authors, .. card.Sources]);
        Assert.Equal(Digest32.Sha256("test"u8), card.LicenceText);
        Assert.Equal(Digest32.Sha256(Encoding.UTF8.GetBytes(Full)), card.Digest);
        Assert.NotNull(Read("{}", out _));
    }

    [Fact]
    public void TryRead_ShippedCards_AreCards()
    {
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Oracles.RepositoryRoot, "models"), "model.json", SearchOption.AllDirectories))
        {
            Assert.True(ModelCard.TryRead(File.ReadAllBytes(path), out CardProblem? problem) is { Licence: not null, DeclaredUse: not null }, $"{path}: {problem}");
        }
    }

    [Theory]
    [InlineData("""{"license":"MIT"}""", CardErrors.Member, "'licence'")]
    [InlineData("""{"labels":["a"]}""", CardErrors.Member, "'classes'")]
    [InlineData("""{"descripton":"a"}""", CardErrors.Member, "'description'")]
    [InlineData("""{"presentations":{}}""", CardErrors.Member, "'presentation'")]
    [InlineData("""{"zzzzzzzzzzzzzzz":1}""", CardErrors.Member, "Members are")]
    [InlineData("""{"licence":"MITT"}""", CardErrors.Licence, "LicenseRef")]
    [InlineData("""{"licence":"apache-2.0"}""", CardErrors.Licence, "LicenseRef")]
    [InlineData("""{"licence":"MIT AND"}""", CardErrors.Licence, "")]
    [InlineData("""{"licence":"LicenseRef-acme"}""", CardErrors.LicenceText, "sha256sum")]
    [InlineData("""{"licence":"MIT","licence_file":"a"}""", CardErrors.LicenceText, "")]
    [InlineData("""{"licence_file":"../../etc/passwd"}""", CardErrors.Value, "")]
    [InlineData("""{"licence_file":"/etc/passwd"}""", CardErrors.Value, "")]
    [InlineData("""{"licence_file":".."}""", CardErrors.Value, "")]
    [InlineData("""{"description":"a\nvouched  by acme"}""", CardErrors.Value, "")]
    [InlineData("""{"description":"a\u001b[2J"}""", CardErrors.Value, "")]
    [InlineData("""{"description":""}""", CardErrors.Value, "")]
    [InlineData("""{"description":1}""", CardErrors.Value, "")]
    [InlineData("""{"declared_use":"two words"}""", CardErrors.Value, "")]
    [InlineData("""{"task":"Détection"}""", CardErrors.Value, "")]
    [InlineData("""{"classes":"a"}""", CardErrors.Value, "")]
    [InlineData("""{"classes":[1]}""", CardErrors.Value, "")]
    [InlineData("""{"homepage":"javascript:alert(1)"}""", CardErrors.Value, "")]
    [InlineData("""{"name":"a","name":"b"}""", CardErrors.Json, "")]
    [InlineData("""{"data":{"a":1,"a":2}}""", CardErrors.Json, "")]
    [InlineData("""{"data":"\ud800"}""", CardErrors.Json, "")]
    [InlineData("""[]""", CardErrors.Json, "")]
    [InlineData("""{"name":"a"} x""", CardErrors.Json, "")]
    [InlineData("", CardErrors.Json, "")]
    public void TryRead_WhatIsNoCard_IsRefusedWithWhatWouldWork(string json, string code, string nearest)
    {
        Assert.Null(Read(json, out CardProblem? problem));
        Assert.Equal(code, problem!.Code);
        Assert.Contains(nearest, problem.Nearest, StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_Bombs_AreBounded()
    {
        Assert.Equal(CardErrors.TooLarge, Problem(new string(' ', ModelCard.MaxBytes + 1)));
        Assert.Equal(CardErrors.Json, Problem(new string('[', 500_000)));
        Assert.Equal(CardErrors.Json, Problem("{\"data\":" + string.Concat(Enumerable.Repeat("{\"a\":", 17)) + "1" + new string('}', 18)));
        Assert.Equal(CardErrors.Value, Problem("{\"classes\":[" + string.Join(',', Enumerable.Repeat("\"a\"", 65_537)) + "]}"));
        Assert.Equal(CardErrors.Value, Problem("{\"tags\":[" + string.Join(',', Enumerable.Repeat("\"a\"", 65)) + "]}"));
        Assert.Equal(CardErrors.Value, Problem("{\"description\":\"" + new string('a', 4097) + "\"}"));
        Assert.Equal(CardErrors.Value, Problem("{\"licence\":\"" + new string('(', 257) + "\"}"));
        Assert.Equal(CardErrors.Licence, Problem("{\"licence\":\"" + new string('(', 256) + "\"}"));
        Assert.NotNull(Read("{\"classes\":[" + string.Join(',', Enumerable.Repeat("\"a\"", 65_536)) + "]}", out _));

        static string? Problem(string json)
        {
            Assert.Null(Read(json, out CardProblem? problem));
            return problem!.Code;
        }
    }

    [Fact]
    public void TryRead_MutatedOrCut_NeverThrows()
    {
        byte[] good = Encoding.UTF8.GetBytes(Full);
        for (int length = 0; length < good.Length - 1; length++)
        {
            Assert.Null(ModelCard.TryRead(good.AsMemory(0, length), out _));
        }

        Mutator mutator = new(1, [good], 1 << 16);
        for (int i = 0; i < 5000; i++)
        {
            ModelCard? card = ModelCard.TryRead(mutator.Next(), out CardProblem? problem);
            Assert.Equal(card is null, problem is not null);
        }
    }

    [Theory]
    [InlineData("MIT")]
    [InlineData("Apache-2.0 OR MIT")]
    [InlineData("(Apache-2.0 OR MIT) AND CC-BY-4.0")]
    [InlineData("GPL-2.0-or-later WITH Classpath-exception-2.0")]
    [InlineData("GPL-2.0+")]
    [InlineData("LicenseRef-my.own-1")]
    public void Spdx_Expressions_AreRead(string text) => Assert.NotNull(SpdxExpression.TryParse(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("MIT MIT")]
    [InlineData("(MIT")]
    [InlineData("MIT)")]
    [InlineData("OR MIT")]
    [InlineData("MIT and Apache-2.0")]
    [InlineData("GPL-2.0 WITH")]
    [InlineData("LicenseRef-")]
    [InlineData("LicenseRef-a/b")]
    [InlineData("none")]
    public void Spdx_Others_AreNot(string text)
    {
        Assert.Null(SpdxExpression.TryParse(text, out string problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Spdx_NearMiss_SaysWhatWasMeant()
    {
        _ = SpdxExpression.TryParse("apache-2.0", out string problem);
        Assert.Contains("'Apache-2.0'", problem, StringComparison.Ordinal);
        _ = SpdxExpression.TryParse("CC-BY-4", out problem);
        Assert.Contains("'CC-BY-4.0'", problem, StringComparison.Ordinal);
    }
}
