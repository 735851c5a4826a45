using Assay.Models.Registration;
using Assay.Models.Store;
using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.OnnxRuntime;
using Assay.Receipts;
using Assay.Testing;
using Assay.Verification;

namespace Assay.Node.Tests.Floats;

/// <summary>What doesn't need the library: plans, and a node that starts without it.</summary>
public sealed class FloatCatalogTests : IDisposable
{
    private static readonly ModelTerms Floats = new("m", "decision", null, WeightsPublic: true) { IsExact = false };
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-floats-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ModelStore Store(string? minimum = null)
    {
        ModelStore store = ModelStore.Open(_folder, TimeProvider.System);
        FloatModelStatement statement = FloatModelStatement.Of(FloatFixtures.Model("tiny"), [new("x", "float32", [-1, 2])], [new("y", "float32", [-1, 2])]);
        Assert.True(store.Put(FloatFixtures.Model("tiny"), statement.ToJson()).Found);
        Assert.True(store.SetAlias("tiny", FloatFixtures.Model("tiny").Id, minimum, null).Found);
        return store;
    }

    [Fact]
    public void Terms_OfferSignedOnly()
    {
        Assert.Equal(["signed"], Floats.Available);
        Assert.True(Floats.CanMeet(VerificationLevel.Signed));
        Assert.False(Floats.CanMeet(VerificationLevel.Replay));
        Assert.All(new[] { VerificationLevel.Replay, VerificationLevel.Zk }, level => Assert.Contains("float model", Floats.WhyNot(level)[0], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("zk")]
    [InlineData("replay+zk")]
    public void Levels_AreRefused_WithWhatWorks(string level)
    {
        NodeError error = Planner.TryPlan(new LevelRequest(level, null, null), ApiKey.Anonymous, Floats, null, PolicyCapabilities.None, out Plan? plan)!;
        Assert.Equal((422, "verification_unsatisfiable", null), (error.Status, error.Code, plan));
        Assert.Equal(["signed"], error.Alternatives);
    }

    [Fact]
    public void PoliciesByReplay_AreRefused_WithWhatWorks()
    {
        PolicyDocument policy = PolicyDocument.TryRead("""{"require":[{"question":"computed-right","by":["replay"]}],"release":"provisional"}"""u8, out _)!;
        NodeError error = Planner.TryPlan(new LevelRequest(null, null, null, policy), ApiKey.Anonymous, Floats, null, PolicyCapabilities.None, out _)!;
        Assert.Equal((422, "verification_unsatisfiable"), (error.Status, error.Code));
        Assert.Contains("float model", error.Message, StringComparison.Ordinal);
        Assert.Contains("signed", error.Alternatives);
    }

    [Fact]
    public void WithoutTheLibrary_NothingStarts_AndTheErrorNamesTheScript()
    {
        OnnxRuntimeException missing = Assert.Throws<OnnxRuntimeException>(() => CatalogLoader.Load(Store(), static () => FloatRuntime.Load("/no/such/library")));
        Assert.Equal("onnxruntime/not-installed", missing.Code);
        Assert.Contains("eng/onnxruntime.sh", missing.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutFloatModels_TheLibraryIsntLookedFor()
    {
        using ModelCatalog empty = CatalogLoader.Load(ModelStore.Open(_folder, TimeProvider.System), static () => throw new InvalidOperationException("looked for"));
        Assert.Empty(empty.Models);
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void AStoredModel_IsServed()
    {
        using ModelCatalog catalog = CatalogLoader.Load(Store("signed"), static () => FloatRuntime.Load());
        ServedModel model = Assert.Single(catalog.Models);
        Assert.Equal((FloatFixtures.Model("tiny").Id, false), (model.Id, model.Terms.IsExact));
        Assert.Same(model, catalog.Find(model.Id.ToString()));
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void AMinimumThatNoRequestCanMeet_IsAnErrorAtStart()
    {
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => CatalogLoader.Load(Store("replay"), static () => FloatRuntime.Load()));
        Assert.Contains("replay", refused.Message, StringComparison.Ordinal);
    }
}
