using System.Text;
using System.Text.Json;
using Assay.Testing;
using Xunit.Abstractions;

namespace Assay.Receipts.Tests;

public sealed class PolicyReaderTests(ITestOutputHelper output)
{
    private const string Peer1 = "1111111111111111111111111111111111111111111111111111111111111111";
    private const string Peer2 = "2222222222222222222222222222222222222222222222222222222222222222";
    private const string Signed = """{"question":"altered","by":["signature"]},{"question":"logged","by":["log"]}""";

    // The design's own example, and one with every member.
    private const string Example =
        """{"require":[{"question":"computed-right","by":["zk","replay"],"minSoundnessBits":100},{"question":"logged","witnesses":2,"within":"10s"}],"release":"after-evidence","deadline":"30s","maxPrice":{"amount":"0.01","currency":"USD"}}""";

    private const string Full =
        $$$"""{"profile":"assay/policy/v1","require":[{"question":"altered","by":["signature"]},{"question":"logged","by":["log"],"witnesses":2,"within":"10s"},{"question":"model","by":["operator"],"accept":"asserted"},{"question":"computed-right","by":["replay","tee","zk"],"minSoundnessBits":100,"peers":["{{{Peer1}}}","{{{Peer2}}}"],"atLeast":1},{"question":"operator-read","by":["tee"]},{"question":"paid","by":["settlement"]}],"release":"provisional","deadline":"1m","maxPrice":{"amount":"0.01","currency":"USD"}}""";

    // Made by tests/web/policies.test.js, by mutation: both readers are held to them.
    [Theory]
    [InlineData("""{"require":[{"question":"altered"}],"maxPrice":{"amount":"1","currency":"USD"}}""", "signed")]
    [InlineData("""{"require":[{"question":"computed-right","by":["zk"]}]}""", "zk")]
    [InlineData("""{"require":[{"question":"computed-right","by":["zk","replay"]}]}""", "replay")]
    [InlineData("""{"require":[{"question":"model","by":["tee"]},{"question":"computed-right","by":["zk","replay"]}]}""", "replay+tee")]
    [InlineData("""{"require":[{"question":"computed-right","by":["zk"]},{"question":"model","by":["tee","zk"]}]}""", "zk")]
    public void LeastLevel_HasABasisForEachRequirement(string policy, string level) =>
        Assert.Equal(level, PolicyDocument.TryRead(System.Text.Encoding.UTF8.GetBytes(policy), out _)!.LeastLevel.ToString());

    [Fact]
    public void EveryVector_IsReadAsItSays()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "policies", "documents.json"));
        JsonElement[] vectors = [.. JsonDocument.Parse(file).RootElement.GetProperty("vectors").EnumerateArray()];
        Assert.True(vectors.Length > 150);
        foreach (JsonElement vector in vectors)
        {
            string text = vector.GetProperty("text").GetString()!;
            PolicyDocument? policy = PolicyDocument.TryRead(Encoding.UTF8.GetBytes(text), out PolicyFault? fault);
            Assert.Equal(
                (text, vector.GetProperty("canonical").GetString(), vector.GetProperty("error").GetString(), vector.GetProperty("path").GetString()),
                (text, policy?.Text, fault?.Code, fault?.Path));
        }
    }

    [Fact]
    public void Example_BecomesCanonical()
    {
        PolicyDocument policy = Read(Example);
        Assert.Equal(
            """{"profile":"assay/policy/v1","require":[{"question":"altered","by":["signature"]},{"question":"logged","by":["log"],"witnesses":2,"within":"10s"},{"question":"computed-right","by":["replay","zk"],"minSoundnessBits":100}],"release":"after-evidence","deadline":"30s","maxPrice":{"amount":"0.01","currency":"USD"}}""",
            policy.Text);
        Assert.Equal(VerificationLevel.Signed, policy.Level);
        Assert.False(policy.IsLevel);
    }

    [Fact]
    public void Full_IsItsOwnCanonicalForm() => Assert.Equal(Full, Read(Full).Text);

    [Theory]
    [InlineData("""{ "release" : "after-evidence", "require" : [ {"by":["log"], "question":"logged"} ] }""", "signed")]
    [InlineData("""{"require":[{"question":"altered"}]}""", "signed")]
    [InlineData("""{"require":[{"question":"computed-right","by":["replay"]},{"question":"model","by":["replay"]}],"release":"provisional"}""", "replay")]
    [InlineData("""{"require":[{"question":"computed-right","by":["zk"]},{"question":"model","by":["zk"]},{"question":"model","by":["tee","zk"]}]}""", "zk")]
    [InlineData("""{"require":[{"question":"computed-right","by":["replay"]},{"question":"model","by":["replay"]},{"question":"model","accept":"asserted"}],"release":"provisional"}""", "replay")]
    [InlineData("""{"level":"zk+tee","require":[{"question":"computed-right","by":["zk"]},{"question":"computed-right","by":["tee"]},{"question":"model","by":["zk"]},{"question":"model","by":["tee"]}]}""", "tee+zk")]
    public void SameMeaningAsALevel_IsTheLevel(string text, string level)
    {
        Assert.True(VerificationLevel.TryParse(level, out VerificationLevel parsed, out _));
        Assert.Same(PolicyDocument.For(parsed), Read(text));
    }

    [Fact]
    public void EveryLevel_ReadsAsItself()
    {
        foreach (VerificationLevel level in VerificationLevel.All)
        {
            Assert.Same(PolicyDocument.For(level), Read(PolicyDocument.For(level).Text));
        }
    }

    [Theory]
    [InlineData(""","deadline":"60s"}""", ""","deadline":"1m"}""")]
    [InlineData(""","deadline":"1500ms"}""", ""","deadline":"1500ms"}""")]
    [InlineData(""","deadline":"86400000ms"}""", ""","deadline":"1d"}""")]
    [InlineData(""","deadline":"720h"}""", ""","deadline":"30d"}""")]
    [InlineData(""","maxPrice":{"currency":"USDC","amount":"10.500"}}""", ""","maxPrice":{"amount":"10.5","currency":"USDC"}}""")]
    [InlineData(""","maxPrice":{"amount":"0.00","currency":"EUR"}}""", ""","maxPrice":{"amount":"0","currency":"EUR"}}""")]
    [InlineData(""","release":"pro\u0076isional"}""", "provisional\"}")]
    public void Spellings_AreOne(string tail, string canonicalTail)
    {
        PolicyDocument policy = Read("""{"require":[{"question":"altered"}]""" + tail);
        Assert.EndsWith(canonicalTail, policy.Text, StringComparison.Ordinal);
        Assert.Equal(VerificationLevel.Signed, policy.Level);
    }

    [Fact]
    public void PeersAndBases_AreSorted_AndAllArePeersByDefault()
    {
        PolicyDocument policy = Read($$"""{"require":[{"peers":["{{Peer2}}","{{Peer1}}"],"question":"model","by":["zk","replay"]}]}""");
        Assert.Equal($$"""{"profile":"assay/policy/v1","require":[{{Signed}},{"question":"model","by":["replay","zk"],"peers":["{{Peer1}}","{{Peer2}}"],"atLeast":2}],"release":"after-evidence"}""", policy.Text);
    }

    [Theory]
    [InlineData("""{"require":[{"question":"model","by":["replay"]},{"question":"model","by":["replay","zk"]}]}""", """{"question":"model","by":["replay"]}""")]
    [InlineData("""{"require":[{"question":"model","by":["zk"],"minSoundnessBits":100},{"question":"model","by":["zk"],"minSoundnessBits":80}]}""", """{"question":"model","by":["zk"],"minSoundnessBits":100}""")]
    [InlineData("""{"require":[{"question":"logged","witnesses":3},{"question":"logged","witnesses":2}]}""", """{"question":"logged","by":["log"],"witnesses":3}""")]
    public void WhatAnotherRequirementImplies_IsDropped(string text, string kept)
    {
        PolicyDocument policy = Read(text);
        Assert.Equal(1, policy.Requirements.Count(r => r.Question is Question.Model || r.Witnesses is not null));
        Assert.Contains(kept, policy.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", PolicyErrors.Json, "")]
    [InlineData("{", PolicyErrors.Json, "")]
    [InlineData("""{"require":[{"question":"altered"}]} x""", PolicyErrors.Json, "")]
    [InlineData("""{"require":[{"question":"altered"},]}""", PolicyErrors.Json, "")]
    [InlineData("""{"require":[{"question":"altered"}],"require":[{"question":"logged"}]}""", PolicyErrors.Json, "")]
    [InlineData("""{"require":[{"question":"altered","\u0071uestion":"logged"}]}""", PolicyErrors.Json, "")]
    [InlineData("""{"require":[{"question":"\ud800"}],"x":1}""", PolicyErrors.Json, "")]
    [InlineData("""/**/{"require":[{"question":"altered"}]}""", PolicyErrors.Json, "")]
    [InlineData("[]", PolicyErrors.Type, "")]
    [InlineData("\"signed\"", PolicyErrors.Type, "")]
    [InlineData("{}", PolicyErrors.MissingMember, "/require")]
    [InlineData("""{"require":[{"question":"altered"}],"note":1}""", PolicyErrors.UnknownMember, "/note")]
    [InlineData("""{"require":[{"question":"altered"}],"a b":1}""", PolicyErrors.UnknownMember, "/?")]
    [InlineData("""{"require":[{"question":"altered","extra":null}]}""", PolicyErrors.UnknownMember, "/require/0/extra")]
    [InlineData("""{"profile":"assay/policy/v2","require":[{"question":"altered"}]}""", PolicyErrors.Value, "/profile")]
    [InlineData("""{"level":"signed","require":[{"question":"logged","witnesses":1}]}""", PolicyErrors.LevelDiffers, "/level")]
    [InlineData("""{"level":"replay","require":[{"question":"altered"}]}""", PolicyErrors.LevelDiffers, "/level")]
    [InlineData("""{"level":"best","require":[{"question":"altered"}]}""", PolicyErrors.Value, "/level")]
    [InlineData("""{"require":{}}""", PolicyErrors.Type, "/require")]
    [InlineData("""{"require":[]}""", PolicyErrors.Range, "/require")]
    [InlineData("""{"require":[null]}""", PolicyErrors.Type, "/require/0")]
    [InlineData("""{"require":[{"by":["zk"]}]}""", PolicyErrors.MissingMember, "/require/0/question")]
    [InlineData("""{"require":[{"question":"right"}]}""", PolicyErrors.UnknownQuestion, "/require/0/question")]
    [InlineData("""{"require":[{"question":"Model","by":["zk"]}]}""", PolicyErrors.UnknownQuestion, "/require/0/question")]
    [InlineData("""{"require":[{"question":"model"}]}""", PolicyErrors.MissingMember, "/require/0/by")]
    [InlineData("""{"require":[{"question":"model","by":[]}]}""", PolicyErrors.Range, "/require/0/by")]
    [InlineData("""{"require":[{"question":"model","by":"zk"}]}""", PolicyErrors.Type, "/require/0/by")]
    [InlineData("""{"require":[{"question":"model","by":["zk","magic"]}]}""", PolicyErrors.UnknownBasis, "/require/0/by/1")]
    [InlineData("""{"require":[{"question":"model","by":["zk","log"]}]}""", PolicyErrors.BasisUnfit, "/require/0/by/1")]
    [InlineData("""{"require":[{"question":"model","by":["zk","zk"]}]}""", PolicyErrors.Repeated, "/require/0/by/1")]
    [InlineData("""{"require":[{"question":"altered"},{"by":["signature"],"question":"altered"}]}""", PolicyErrors.Repeated, "/require/1")]
    [InlineData("""{"require":[{"question":"model","by":["operator"]}]}""", PolicyErrors.Accept, "/require/0/accept")]
    [InlineData("""{"require":[{"question":"model","by":["operator","zk"],"accept":"asserted"}]}""", PolicyErrors.Accept, "/require/0/accept")]
    [InlineData("""{"require":[{"question":"model","by":["zk"],"accept":"asserted"}]}""", PolicyErrors.Accept, "/require/0/accept")]
    [InlineData("""{"require":[{"question":"altered","accept":"asserted"}]}""", PolicyErrors.Accept, "/require/0/accept")]
    [InlineData("""{"require":[{"question":"model","accept":"pending"}]}""", PolicyErrors.Value, "/require/0/accept")]
    [InlineData("""{"require":[{"question":"model","by":["replay"],"minSoundnessBits":80}]}""", PolicyErrors.ParameterUnfit, "/require/0/minSoundnessBits")]
    [InlineData("""{"require":[{"question":"model","by":["zk"],"minSoundnessBits":0}]}""", PolicyErrors.Range, "/require/0/minSoundnessBits")]
    [InlineData("""{"require":[{"question":"model","by":["zk"],"minSoundnessBits":257}]}""", PolicyErrors.Range, "/require/0/minSoundnessBits")]
    [InlineData("""{"require":[{"question":"model","by":["zk"],"minSoundnessBits":1e2}]}""", PolicyErrors.Range, "/require/0/minSoundnessBits")]
    [InlineData("""{"require":[{"question":"model","by":["zk"],"minSoundnessBits":80.0}]}""", PolicyErrors.Range, "/require/0/minSoundnessBits")]
    [InlineData("""{"require":[{"question":"model","by":["zk"],"minSoundnessBits":"80"}]}""", PolicyErrors.Type, "/require/0/minSoundnessBits")]
    [InlineData("""{"require":[{"question":"model","by":["zk"],"peers":["11"]}]}""", PolicyErrors.ParameterUnfit, "/require/0/peers")]
    [InlineData("""{"require":[{"question":"model","by":["replay"],"peers":[]}]}""", PolicyErrors.Range, "/require/0/peers")]
    [InlineData("""{"require":[{"question":"model","by":["replay"],"peers":["11"]}]}""", PolicyErrors.Value, "/require/0/peers/0")]
    [InlineData($$"""{"require":[{"question":"model","by":["replay"],"peers":["{{Peer1}}","{{Peer1}}"]}]}""", PolicyErrors.Repeated, "/require/0/peers/1")]
    [InlineData($$"""{"require":[{"question":"model","by":["replay"],"peers":["{{Peer1}}"],"atLeast":2}]}""", PolicyErrors.Range, "/require/0/atLeast")]
    [InlineData("""{"require":[{"question":"model","by":["replay"],"atLeast":1}]}""", PolicyErrors.ParameterUnfit, "/require/0/atLeast")]
    [InlineData("""{"require":[{"question":"model","by":["zk"],"witnesses":1}]}""", PolicyErrors.ParameterUnfit, "/require/0/witnesses")]
    [InlineData("""{"require":[{"question":"logged","witnesses":65}]}""", PolicyErrors.Range, "/require/0/witnesses")]
    [InlineData("""{"require":[{"question":"logged","within":"0s"}]}""", PolicyErrors.Range, "/require/0/within")]
    [InlineData("""{"require":[{"question":"logged","within":"031s"}]}""", PolicyErrors.Range, "/require/0/within")]
    [InlineData("""{"require":[{"question":"logged","within":"1w"}]}""", PolicyErrors.Range, "/require/0/within")]
    [InlineData("""{"require":[{"question":"logged","within":"31d"}]}""", PolicyErrors.Range, "/require/0/within")]
    [InlineData("""{"require":[{"question":"logged","within":"99999999999s"}]}""", PolicyErrors.Range, "/require/0/within")]
    [InlineData("""{"require":[{"question":"logged","within":10}]}""", PolicyErrors.Type, "/require/0/within")]
    [InlineData("""{"require":[{"question":"altered"}],"release":"now"}""", PolicyErrors.Value, "/release")]
    [InlineData("""{"require":[{"question":"altered"}],"deadline":"soon"}""", PolicyErrors.Range, "/deadline")]
    [InlineData("""{"require":[{"question":"altered"}],"maxPrice":1}""", PolicyErrors.Type, "/maxPrice")]
    [InlineData("""{"require":[{"question":"altered"}],"maxPrice":{"amount":"1"}}""", PolicyErrors.MissingMember, "/maxPrice/currency")]
    [InlineData("""{"require":[{"question":"altered"}],"maxPrice":{"amount":"01","currency":"USD"}}""", PolicyErrors.Range, "/maxPrice/amount")]
    [InlineData("""{"require":[{"question":"altered"}],"maxPrice":{"amount":".5","currency":"USD"}}""", PolicyErrors.Range, "/maxPrice/amount")]
    [InlineData("""{"require":[{"question":"altered"}],"maxPrice":{"amount":"1","currency":"usd"}}""", PolicyErrors.Value, "/maxPrice/currency")]
    [InlineData("""{"require":[{"question":"altered"}],"maxPrice":{"amount":"1","currency":"USD","x":1}}""", PolicyErrors.UnknownMember, "/maxPrice/x")]
    public void AnythingElse_IsRefusedWithItsPath(string text, string code, string path)
    {
        Assert.Null(PolicyDocument.TryRead(Encoding.UTF8.GetBytes(text), out PolicyFault? fault));
        Assert.Equal(new PolicyFault(code, path), fault);
    }

    [Fact]
    public void SizeAndBytes_AreBounded()
    {
        Assert.Null(PolicyDocument.TryRead(new byte[PolicyDocument.MaxLength + 1], out PolicyFault? fault));
        Assert.Equal(PolicyErrors.TooLarge, fault!.Code);
        Assert.Null(PolicyDocument.TryRead([(byte)'"', 0xff, (byte)'"'], out fault));
        Assert.Equal(PolicyErrors.Utf8, fault!.Code);
        Assert.Null(PolicyDocument.TryRead([0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Full)], out fault));
        Assert.Equal(PolicyErrors.Json, fault!.Code);
        Assert.Null(PolicyDocument.TryRead(Encoding.UTF8.GetBytes(new string('[', 40) + new string(']', 40)), out fault));
        Assert.Equal(PolicyErrors.Json, fault!.Code);
    }

    [Fact]
    public void TryReadCanonical_TakesOneSpellingOnly()
    {
        Assert.NotNull(PolicyDocument.TryReadCanonical(Encoding.UTF8.GetBytes(Full)));
        Assert.Null(PolicyDocument.TryReadCanonical(Encoding.UTF8.GetBytes(Full + " ")));
        Assert.Null(PolicyDocument.TryReadCanonical(Encoding.UTF8.GetBytes(Full.Replace("\"1m\"", "\"60s\"", StringComparison.Ordinal))));
    }

    [Fact]
    public void Mutants_NeverThrow_AndCanonicalFormIsStable()
    {
        FuzzSummary summary = FuzzRun.Run([.. new[] { Example, Full, PolicyDocument.For(VerificationLevel.Replay).Text }.Select(Encoding.UTF8.GetBytes)], static bytes =>
        {
            PolicyDocument? policy = PolicyDocument.TryRead(bytes, out PolicyFault? fault);
            Assert.Equal(policy is null, fault is not null);
            if (policy is not null)
            {
                PolicyDocument again = PolicyDocument.TryRead(policy.Bytes, out _)!;
                Assert.Equal(policy.Text, again.Text);
                Assert.Equal(policy.Digest, again.Digest);
                Assert.Equal(policy.Level, again.Level);
                Assert.True(policy.Includes(PolicyDocument.For(policy.Level)));
            }

            return policy is not null;
        }, oneOf: 4);
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
        output.WriteLine(summary.ToString());
    }

    [Fact]
    public void Raise_GivesWhatBothRequire()
    {
        PolicyDocument policy = Read(Example);
        PolicyDocument raised = policy.Raise(VerificationLevel.Zk);
        Assert.Equal(VerificationLevel.Zk, raised.Level);
        Assert.True(raised.Includes(policy) && raised.Includes(PolicyDocument.For(VerificationLevel.Zk)));
        Assert.False(policy.Includes(raised));
        Assert.Equal(policy.Deadline, raised.Deadline);
        Assert.Same(PolicyDocument.For(VerificationLevel.Tee.Join(VerificationLevel.Zk)), PolicyDocument.For(VerificationLevel.Tee).Raise(VerificationLevel.Zk));
    }

    private static PolicyDocument Read(string text) =>
        PolicyDocument.TryRead(Encoding.UTF8.GetBytes(text), out PolicyFault? fault) ?? throw new InvalidOperationException(fault!.ToString());
}
