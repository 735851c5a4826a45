using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Merkle;
using Assay.Testing;

namespace Assay.Receipts.Tests;

public sealed class ClaimsTests
{
    [Fact]
    public void Registry_IsTheTableOfTheSpec()
    {
        string spec = File.ReadAllText(Path.Combine(Oracles.RepositoryRoot, "spec", "receipt.md"));
        List<string> expected = [];
        foreach (string line in spec.Split('\n').SkipWhile(static l => !l.StartsWith("| 0 `request`", StringComparison.Ordinal)).Take(8))
        {
            string[] cells = line.Split('|');
            string group = cells[1].Split('`')[1];
            expected.AddRange(cells[2].Split(';').Select(leaf => group + "." + leaf.Split('`')[1] + " " + TypeInSpec(leaf.Split('`')[2])));
        }

        Assert.Equal(expected, ClaimRegistry.Fields.Select(static f => f.Name + " " + f.Type));
        Assert.Equal(Enumerable.Range(0, expected.Count), ClaimRegistry.Fields.Select(static f => f.Index));
        Assert.Equal(8, ClaimRegistry.Groups.Count);
    }

    [Fact]
    public void BuildClaims_Full_ReadsBackLeafByLeaf()
    {
        ClaimValues full = Sample.Full;
        DisclosedClaims claims = DisclosedClaims.TryDecode(Sample.Builder().BuildClaims(full).Section, out string? error)!;

        Assert.Null(error);
        Assert.All(ClaimRegistry.Fields, f => Assert.Equal(LeafState.Disclosed, claims.State(f)));
        Assert.Equal(full.RequestProtocol, claims.Text(ClaimRegistry.RequestProtocol));
        Assert.Equal(full.RequestWireDigest, claims.Digest(ClaimRegistry.RequestWireDigest));
        Assert.True(TensorValue.AllSame(full.RequestInputs!, claims.Tensors(ClaimRegistry.RequestInputs)!));
        Assert.Equal(full.RequestSystemPrompt, claims.Digest(ClaimRegistry.RequestSystemPrompt));
        Assert.Equal(full.RequestMessages, claims.Digests(ClaimRegistry.RequestMessages));
        Assert.Equal(full.RequestAttachments, claims.Digests(ClaimRegistry.RequestAttachments));
        Assert.Equal(full.RequestTools, claims.Digest(ClaimRegistry.RequestTools));
        Assert.Equal(full.RequestResponseFormat, claims.Text(ClaimRegistry.RequestResponseFormat));
        Assert.Equal(full.RequestSampling, claims.Text(ClaimRegistry.RequestSampling));
        Assert.Equal(full.RequestSeed, claims.UInt(ClaimRegistry.RequestSeed));
        Assert.Equal(full.ModelTokenizer, claims.Digest(ClaimRegistry.ModelTokenizer));
        Assert.Equal(full.ModelTemplate, claims.Digest(ClaimRegistry.ModelTemplate));
        Assert.Equal(full.OutputToolCalls, claims.Digest(ClaimRegistry.OutputToolCalls));
        Assert.Equal(full.OutputLogprobs, claims.Digest(ClaimRegistry.OutputLogprobs));
        Assert.Equal(full.OutputFinishReason, claims.Texts(ClaimRegistry.OutputFinishReason));
        Assert.Equal(full.OutputUsage, claims.Text(ClaimRegistry.OutputUsage));
        Assert.Equal(full.PartiesGateway, claims.Text(ClaimRegistry.PartiesGateway));
        Assert.Equal(full.RequestClientNonce!.Value.ToArray(), claims.Bytes(ClaimRegistry.RequestClientNonce));
        Assert.Equal(full.RequestPolicy.Text, claims.Text(ClaimRegistry.RequestPolicy));
        Assert.Equal("key", claims.Text(ClaimRegistry.RequestLevelSource));
        Assert.Equal(full.RequestMutations, claims.Texts(ClaimRegistry.RequestMutations));
        Assert.Equal(full.ModelName, claims.Text(ClaimRegistry.ModelName));
        Assert.Equal(full.ModelModelId!.Value.Value, claims.Digest(ClaimRegistry.ModelModelId));
        Assert.Equal(full.ModelStatement, claims.Digest(ClaimRegistry.ModelStatement));
        Assert.Equal(full.ExecutionBackend, claims.Text(ClaimRegistry.ExecutionBackend));
        Assert.Equal(full.ExecutionSemantics, claims.Text(ClaimRegistry.ExecutionSemantics));
        Assert.Equal(full.ExecutionInstructionSet, claims.Text(ClaimRegistry.ExecutionInstructionSet));
        Assert.Equal(full.ExecutionCache, claims.Text(ClaimRegistry.ExecutionCache));
        Assert.Equal(full.ExecutionSaturated, claims.UInt(ClaimRegistry.ExecutionSaturated));
        Assert.Equal(full.OutputWireDigest, claims.Digest(ClaimRegistry.OutputWireDigest));
        Assert.Equal(full.OutputParts, claims.UInt(ClaimRegistry.OutputParts));
        Assert.Equal(full.TimeReceived, claims.UInt(ClaimRegistry.TimeReceived));
        Assert.Equal(full.TimeStarted, claims.UInt(ClaimRegistry.TimeStarted));
        Assert.Equal(full.TimeFinished, claims.UInt(ClaimRegistry.TimeFinished));
        Assert.Equal(full.PartiesNode, claims.Text(ClaimRegistry.PartiesNode));
        Assert.Equal(full.PartiesApiKey, claims.Text(ClaimRegistry.PartiesApiKey));
        Assert.Equal(full.LineageRelation, claims.Text(ClaimRegistry.LineageRelation));
        Assert.Equal(full.LineageReceipts, claims.Digests(ClaimRegistry.LineageReceipts));
    }

    [Fact]
    public void BuildClaims_OnlyWhatMustBe_HasEveryLeaf()
    {
        ClaimValues bare = new() { RequestPolicy = PolicyDocument.For(VerificationLevel.Signed), RequestLevelSource = LevelSource.NodeDefault };
        DisclosedClaims claims = DisclosedClaims.TryDecode(Sample.Builder().BuildClaims(bare).Section, out _)!;

        ClaimField[] present = [ClaimRegistry.RequestPolicy, ClaimRegistry.RequestLevelSource];
        Assert.All(ClaimRegistry.Fields, f => Assert.Equal(present.Contains(f) ? LeafState.Disclosed : LeafState.Absent, claims.State(f)));
        Assert.Null(claims.Text(ClaimRegistry.ModelName));
        Assert.Null(claims.Tensors(ClaimRegistry.RequestInputs));
    }

    [Fact]
    public void BuildClaims_Root_IsThatOfTheSpec()
    {
        SaltedTree tree = Sample.Builder().BuildClaims(Sample.Full);
        CborReader reader = new(tree.Section.Span);
        List<Digest32> groups = [];
        reader.ReadArrayHeader(8);
        for (int group = 0; group < 8; group++)
        {
            List<Digest32> leaves = [];
            for (int left = reader.ReadArrayHeader(); left > 0; left--)
            {
                leaves.Add(Digest32.Sha256([0, .. reader.ReadRawItem()]));
            }

            groups.Add(Digest32.Sha256([0, .. MerkleTree.Root(leaves.ToArray()).Bytes]));
        }

        Assert.Equal(MerkleTree.Root(groups.ToArray()), tree.Root);
        Assert.Equal(tree.Root, DisclosedClaims.TryDecode(tree.Section, out _)!.Root());
    }

    [Fact]
    public void BuildClaims_Twice_SharesNoSalt()
    {
        ClaimsBuilder builder = Sample.Builder();
        List<string> salts = [];
        foreach (SaltedTree tree in new[] { builder.BuildClaims(Sample.Full), builder.BuildClaims(Sample.Full) })
        {
            CborReader reader = new(tree.Section.Span);
            for (int groups = reader.ReadArrayHeader(); groups > 0; groups--)
            {
                for (int leaves = reader.ReadArrayHeader(); leaves > 0; leaves--)
                {
                    CborReader leaf = new(reader.ReadRawItem());
                    leaf.ReadArrayHeader();
                    salts.Add(Convert.ToHexString(leaf.ReadBytes(16)));
                }
            }
        }

        Assert.Equal(2 * ClaimRegistry.Fields.Count, salts.Distinct().Count());
    }

    [Fact]
    public void BuildOutput_Parts_ReadBackAndLeadToTheRoot()
    {
        SaltedTree tree = Sample.Builder().BuildOutput(Sample.Outputs);
        DisclosedOutput output = DisclosedOutput.TryDecode(tree.Section, out string? error)!;

        Assert.Null(error);
        Assert.Equal(tree.Root, output.Root());
        Assert.True(TensorValue.AllSame(Sample.Outputs, output.AllParts!));
        Assert.Equal(MerkleTree.EmptyRoot, Sample.Builder().BuildOutput([]).Root);
    }

    [Theory]
    [InlineData(new int[] { }, 4, true)]
    [InlineData(new int[] { }, 0, false)]
    [InlineData(new int[] { }, 8, false)]
    [InlineData(new[] { 2, 3 }, 24, true)]
    [InlineData(new[] { 2, 3 }, 25, false)]
    [InlineData(new[] { 2, 3 }, 20, false)]
    [InlineData(new[] { 0 }, 0, false)]
    [InlineData(new[] { -1, -1 }, 4, false)]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue }, 4, false)]
    [InlineData(new[] { 65536, 65536 }, 0, false)]
    [InlineData(new[] { 1, 1, 1, 1, 1, 1, 1, 1 }, 4, true)]
    [InlineData(new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 4, false)]
    public void IsElementCount_ShapeAndLength_MustAgree(int[] shape, long length, bool expected) =>
        Assert.Equal(expected, TensorValue.IsElementCount(shape, length));

    [Fact]
    public void TensorValue_Create_RefusesWhatNoBundleCouldHold()
    {
        Assert.Throws<ArgumentException>(() => TensorValue.Create("", [1], new byte[4]));
        Assert.Throws<ArgumentException>(() => TensorValue.Create(new string('x', 257), [1], new byte[4]));
        Assert.Throws<ArgumentException>(() => TensorValue.Create("x", [2], new byte[4]));
        Assert.Equal(1, TensorValue.Create(new string('x', 256), [1], new byte[4]).Count);
    }

    [Fact]
    public void Accessors_OfAnotherType_Throw()
    {
        DisclosedClaims claims = DisclosedClaims.TryDecode(Sample.Builder().BuildClaims(Sample.Full).Section, out _)!;
        Assert.Throws<ArgumentException>(() => claims.Text(ClaimRegistry.OutputParts));
        Assert.Throws<ArgumentException>(() => claims.Digest(ClaimRegistry.ModelName));
    }

    private static ClaimType TypeInSpec(string text) => text.Split(['(', ','])[0].Trim() switch
    {
        "text" => ClaimType.Text,
        "bstr32" => ClaimType.Digest,
        "bstr" => ClaimType.Bytes,
        "uint" => ClaimType.UInt,
        "tensors" => ClaimType.Tensors,
        "array of text" => ClaimType.Texts,
        "array of bstr32" => ClaimType.Digests,
        string other => throw new InvalidOperationException(other),
    };
}
