using System.Text;
using Assay.Models.Registration;
using Assay.Models.Store;
using Assay.Models.Tests.Support;
using Assay.Primitives;

namespace Assay.Models.Tests.Store;

public sealed class ModelStoreTests : IDisposable
{
    private static readonly Lazy<(byte[] Onnx, RegistrationResult Result)> First = new(() => Make("minus", null));
    private static readonly Lazy<(byte[] Onnx, RegistrationResult Result)> Second = new(() => Make("tokens", null));
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-store-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (byte[] Onnx, RegistrationResult Result) Make(string name, byte[]? test)
    {
        Fixture fixture = Fixture.Load(name);
        RegistrationResult result = ModelRegistration.Register(RegistrationRequest.Single(fixture.Onnx, fixture.InputBytes, test));
        return (fixture.Onnx, result);
    }

    private ModelStore Open() => ModelStore.Open(_folder, new FixedTime());

    private static ModelId Put(ModelStore store, (byte[] Onnx, RegistrationResult Result) made)
    {
        StoreResult<StoredModel> put = store.Put(made.Result.Model!, made.Result.StatementBytes, made.Onnx);
        Assert.True(put.Found, put.Message);
        return put.Value.Id;
    }

    private string FileOf(ModelId id, string name) => Path.Combine(_folder, "models", id.ToString(), name);

    [Fact]
    public void Put_ThenLoad_GivesTheSameModel()
    {
        ModelId id = Put(Open(), First.Value);
        StoredModel.Exact loaded = Assert.IsType<StoredModel.Exact>(Open().Load(id).Value);
        Assert.Equal(id, loaded.Id);
        Assert.Equal(First.Value.Result.StatementBytes.ToArray(), loaded.StatementBytes.ToArray());
        Assert.Equal(Digest32.Sha256(loaded.StatementBytes.Span), loaded.StatementDigest);
        Assert.Equal(id.ToString(), loaded.Statement.ModelId);
        Assert.Equal(First.Value.Onnx, Open().ReadSource(id));
        Assert.Equal([id], Open().List());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "incoming")));
    }

    [Fact]
    public void Put_WrongStatementOrSource_IsRefused()
    {
        ModelStore store = Open();
        Assert.Equal(StoreErrors.StatementMismatch, store.Put(First.Value.Result.Model!, Second.Value.Result.StatementBytes, First.Value.Onnx).Error);
        Assert.Equal(StoreErrors.StatementMismatch, store.Put(First.Value.Result.Model!, First.Value.Result.StatementBytes, Second.Value.Onnx).Error);
        Assert.Equal(StoreErrors.StatementMismatch, store.Put(First.Value.Result.Model!, "{}"u8.ToArray(), First.Value.Onnx).Error);
        Assert.Empty(store.List());
    }

    [Fact]
    public void Put_NewerStatement_ReplacesAndKeepsTheOld()
    {
        ModelStore store = Open();
        ModelId id = Put(store, First.Value);
        (byte[] Onnx, RegistrationResult Result) tested = Make("minus", Fixture.Load("minus").InputBytes);
        Assert.Equal(id, Put(store, tested));
        Assert.Equal(tested.Result.StatementBytes.ToArray(), store.Load(id).Value!.StatementBytes.ToArray());
        Assert.Equal(First.Value.Result.StatementBytes.ToArray(), store.FindStatement(id, Digest32.Sha256(First.Value.Result.StatementBytes.Span)));
        Assert.Null(store.FindStatement(id, Digest32.Sha256([1])));
    }

    [Fact]
    public void Load_OfAnAlias_GivesTheStatementThatItsEntryNames()
    {
        ModelStore store = Open();
        ModelId id = Put(store, First.Value);
        Digest32 old = Digest32.Sha256(First.Value.Result.StatementBytes.Span);
        Assert.True(store.SetAlias("old", id, null, null).Found);
        (byte[] Onnx, RegistrationResult Result) tested = Make("minus", Fixture.Load("minus").InputBytes);
        Put(store, tested);
        Assert.True(store.SetAlias("new", id, null, null).Found);
        Assert.True(store.SetAlias("back", id, null, null, statement: old).Found);
        Assert.Equal(First.Value.Result.StatementBytes.ToArray(), Of("old").Value!.StatementBytes.ToArray());
        Assert.Equal(tested.Result.StatementBytes.ToArray(), Of("new").Value!.StatementBytes.ToArray());
        Assert.Equal(old, Of("back").Value!.StatementDigest);
        Assert.Equal(StoreErrors.Damaged, store.SetAlias("none", id, null, null, statement: Digest32.Sha256([1])).Error);

        File.AppendAllText(FileOf(id, $"statement-{old}.json"), " ");
        Assert.Equal(StoreErrors.Damaged, Of("old").Error);
        Assert.True(Of("new").Found);
        File.Delete(FileOf(id, $"statement-{old}.json"));
        Assert.Equal(StoreErrors.Damaged, Of("back").Error);

        StoreResult<StoredModel> Of(string name) => Open().Load(Open().Resolve(name).Value!);
    }

    [Theory]
    [InlineData("program.cbor")]
    [InlineData("weights.bin")]
    [InlineData("statement.json")]
    [InlineData("source.onnx")]
    public void Load_DamagedFile_IsNamed(string file)
    {
        ModelId id = Put(Open(), First.Value);
        string path = FileOf(id, file);
        byte[] good = File.ReadAllBytes(path);
        foreach (int length in new[] { 0, 1, good.Length / 2, good.Length - 1 })
        {
            File.WriteAllBytes(path, good[..length]);
            StoreResult<StoredModel> result = Open().Load(id);
            Assert.False(result.Found, file);
            Assert.StartsWith("store/", result.Error, StringComparison.Ordinal);
        }

        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] flipped = [.. good];
            flipped[random.Next(good.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, flipped);

            // A flip in the statement may leave another statement about the same model; a flip elsewhere is always seen.
            Assert.True(!Open().Load(id).Found || file == "statement.json");
        }

        File.Delete(path);
        Assert.Equal(StoreErrors.Damaged, Open().Load(id).Error);

        // Registering it again heals it.
        Put(Open(), First.Value);
        Assert.Equal(good, File.ReadAllBytes(path));
        Assert.True(Open().Load(id).Found);
    }

    [Fact]
    public void Load_FilesOfAnotherModel_IsIdMismatch()
    {
        ModelStore store = Open();
        ModelId first = Put(store, First.Value);
        ModelId second = Put(store, Second.Value);
        foreach (string file in new[] { "program.cbor", "weights.bin" })
        {
            File.Copy(FileOf(second, file), FileOf(first, file), overwrite: true);
        }

        Assert.Equal(StoreErrors.IdMismatch, store.Load(first).Error);
        Assert.Equal(StoreErrors.NotFound, store.Load(new ModelId(Digest32.Sha256([9]))).Error);
    }

    [Fact]
    public void SetAlias_History_OnlyGrows()
    {
        ModelStore store = Open();
        ModelId first = Put(store, First.Value);
        ModelId second = Put(store, Second.Value);
        Assert.Equal(1, store.SetAlias("digits", first, null, "entertainment").Value!.Sequence);
        Assert.Equal(2, store.SetAlias("digits", second, "signed+replay", "decision").Value!.Sequence);
        AliasEntry now = Open().Resolve("digits").Value!;
        Assert.Equal(("digits", second.ToString(), "signed+replay", "decision"), (now.Name, now.ModelId, now.MinimumLevel, now.DeclaredUse));
        Assert.Equal(1_700_000_000_000, now.At);
        Assert.Equal(Digest32.Sha256(Second.Value.Result.StatementBytes.Span).ToString(), now.Statement);
        Assert.Equal([first.ToString(), second.ToString()], Open().History("digits").Value!.Select(e => e.ModelId));
        Assert.Equal(["digits"], store.Aliases());
    }

    [Fact]
    public void SetAlias_BadArguments_AreRefused()
    {
        ModelStore store = Open();
        ModelId id = Put(store, First.Value);
        foreach (string name in new[] { "", "../evil", "Digits", "a b", "digits@zk", ".hidden", new string('a', 65), "ümlaut" })
        {
            Assert.Equal(StoreErrors.AliasName, store.SetAlias(name, id, null, null).Error);
            Assert.Equal(StoreErrors.AliasName, store.Resolve(name).Error);
        }

        Assert.Equal(StoreErrors.AliasSettings, store.SetAlias("a", id, "two words", null).Error);
        Assert.Equal(StoreErrors.AliasSettings, store.SetAlias("a", id, null, "line\n").Error);
        Assert.Equal(StoreErrors.NotFound, store.SetAlias("a", new ModelId(Digest32.Sha256([9])), null, null).Error);
        Assert.Equal(StoreErrors.NotFound, store.Resolve("a").Error);
    }

    [Fact]
    public void Resolve_HistoryCutAtEveryLength_IsThePastOrNothing()
    {
        ModelStore store = Open();
        ModelId first = Put(store, First.Value);
        ModelId second = Put(store, Second.Value);
        store.SetAlias("m", first, null, null);
        string path = Path.Combine(_folder, "aliases", "m.jsonl");
        long oneLine = new FileInfo(path).Length;
        store.SetAlias("m", second, null, null);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            StoreResult<AliasEntry> entry = store.Resolve("m");
            Assert.Equal(length < oneLine ? null : first.ToString(), entry.Value?.ModelId);
        }

        // A cut line is dropped by the next entry.
        Assert.Equal(2, store.SetAlias("m", second, null, null).Value!.Sequence);
        Assert.Equal(second.ToString(), store.Resolve("m").Value!.ModelId);
    }

    [Fact]
    public void History_AlteredLines_AreRefused()
    {
        ModelStore store = Open();
        ModelId id = Put(store, First.Value);
        store.SetAlias("m", id, null, null);
        store.SetAlias("m", id, null, null);
        string path = Path.Combine(_folder, "aliases", "m.jsonl");
        string good = File.ReadAllText(path);
        string[] bad = [good.Replace("\"seq\":2", "\"seq\":3", StringComparison.Ordinal), "\n" + good, good + "{}\n", good + "null\n", good.Replace("model_id", "m", StringComparison.Ordinal), good + "[[[[\n"];
        foreach (string text in bad)
        {
            File.WriteAllText(path, text, new UTF8Encoding(false));
            Assert.Equal(StoreErrors.AliasHistory, store.Resolve("m").Error);
            Assert.Equal(StoreErrors.AliasHistory, store.SetAlias("m", id, null, null).Error);
        }
    }

    [Fact]
    public void Put_AfterAKill_ClearsWhatItLeft()
    {
        ModelStore store = Open();
        string left = Path.Combine(_folder, "incoming", "0123456789abcdef");
        Directory.CreateDirectory(left);
        File.WriteAllBytes(Path.Combine(left, "program.cbor"), [1, 2, 3]);
        ModelId id = Put(store, First.Value);
        Assert.False(Directory.Exists(left));

        // A statement that was being replaced.
        File.WriteAllBytes(FileOf(id, "statement.json.new"), [1]);
        Put(store, Make("minus", Fixture.Load("minus").InputBytes));
        Assert.False(File.Exists(FileOf(id, "statement.json.new")));
        Assert.True(store.Load(id).Found);
    }

    [Fact]
    public void Put_ManyThreads_StoreOnce()
    {
        ModelStore[] stores = [Open(), Open()];
        Parallel.For(0, 8, i =>
        {
            ModelId id = Put(stores[i % 2], i % 3 == 0 ? Second.Value : First.Value);
            Assert.True(stores[i % 2].SetAlias($"a{i % 2}", id, null, null).Found);
        });
        Assert.Equal(2, stores[0].List().Count);
        Assert.Equal(8, stores[0].History("a0").Value!.Count + stores[0].History("a1").Value!.Count);
    }

    [Fact]
    public void TryParse_StatementMutated_NeverThrows()
    {
        byte[] good = First.Value.Result.StatementBytes.ToArray();
        Assay.Testing.Mutator mutator = new(1, [good], 1 << 20);
        for (int i = 0; i < 5000; i++)
        {
            ModelStatement? statement = ModelStatement.TryParse(mutator.Next());
            Assert.True(statement is null || statement.Source.Sha256 is not null);
        }

        Assert.NotNull(ModelStatement.TryParse(good));
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    }
}
