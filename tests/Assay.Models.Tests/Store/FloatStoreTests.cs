using Assay.Models.Float;
using Assay.Models.Registration;
using Assay.Models.Store;
using Assay.Models.Tests.Support;
using Assay.Primitives;

namespace Assay.Models.Tests.Store;

/// <summary>The store's other kind: a file that is served as it is.</summary>
public sealed class FloatStoreTests : IDisposable
{
    private static readonly FloatModel Minus = FloatModel.TryCreate(Fixture.Load("minus").Onnx, out _)!;
    private static readonly FloatModel Tokens = FloatModel.TryCreate(Fixture.Load("tokens").Onnx, out _)!;
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-store-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ModelStore Open() => ModelStore.Open(_folder, TimeProvider.System);

    private static byte[] StatementOf(FloatModel model, string input = "x") =>
        FloatModelStatement.Of(model, [new FloatTensor(input, "float32", [-1, 4])], [new FloatTensor("y", "int64", [])]).ToJson();

    private string FileOf(ModelId id, string name) => Path.Combine(_folder, "models", id.ToString(), name);

    [Fact]
    public void Put_ThenLoad_GivesTheSameModel()
    {
        byte[] statement = StatementOf(Minus);
        Assert.True(Open().Put(Minus, statement).Found);
        StoredModel.Float loaded = Assert.IsType<StoredModel.Float>(Open().Load(Minus.Id).Value);
        Assert.Equal((Minus.Id, Minus.Source), (loaded.Id, loaded.Source));
        Assert.Equal(statement, loaded.StatementBytes.ToArray());
        Assert.Equal(Digest32.Sha256(statement), loaded.StatementDigest);
        Assert.Equal(Minus.Onnx.ToArray(), loaded.Model.Onnx.ToArray());
        Assert.Equal(["source.onnx", "statement.json"], Directory.EnumerateFiles(Path.GetDirectoryName(FileOf(Minus.Id, "x"))!).Select(Path.GetFileName).Where(static f => !f!.StartsWith("statement-", StringComparison.Ordinal)).Order());
        Assert.True(Open().IsFloat(Minus.Id));
        Assert.True(Open().SetAlias("minus", Minus.Id, "signed", null).Found);
    }

    [Fact]
    public void The_statement_says_float_and_claims_nothing_else()
    {
        string text = System.Text.Encoding.UTF8.GetString(StatementOf(Minus));
        Assert.Contains("\"profile\": \"assay/float-model-statement/v1\"", text, StringComparison.Ordinal);
        Assert.Contains("\"semantics\": \"float\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("fidelity", text, StringComparison.Ordinal);
        Assert.Null(ModelStatement.TryParse(StatementOf(Minus)));
    }

    [Fact]
    public void One_file_in_both_kinds_is_two_models()
    {
        Fixture fixture = Fixture.Load("minus");
        RegistrationResult exact = ModelRegistration.Register(RegistrationRequest.Single(fixture.Onnx, fixture.InputBytes));
        ModelStore store = Open();
        Assert.True(store.Put(exact.Model!, exact.StatementBytes, fixture.Onnx).Found);
        Assert.True(store.Put(Minus, StatementOf(Minus)).Found);
        Assert.NotEqual(exact.Model!.Id, Minus.Id);
        Assert.IsType<StoredModel.Exact>(store.Load(exact.Model.Id).Value);
        Assert.IsType<StoredModel.Float>(store.Load(Minus.Id).Value);
        Assert.Null(FloatModelStatement.TryParse(exact.StatementBytes.Span));
        Assert.False(store.IsFloat(exact.Model.Id));
    }

    [Fact]
    public void The_files_of_one_kind_are_never_taken_for_the_other()
    {
        Fixture fixture = Fixture.Load("minus");
        RegistrationResult exact = ModelRegistration.Register(RegistrationRequest.Single(fixture.Onnx, fixture.InputBytes));
        ModelStore store = Open();
        store.Put(exact.Model!, exact.StatementBytes, fixture.Onnx);
        store.Put(Minus, StatementOf(Minus));

        // The float model's folder gets all files of the exact one, and the other way round.
        foreach (string file in new[] { "program.cbor", "weights.bin", "statement.json" })
        {
            File.Copy(FileOf(exact.Model!.Id, file), FileOf(Minus.Id, file), overwrite: true);
        }

        File.WriteAllBytes(FileOf(exact.Model!.Id, "statement.json"), StatementOf(Minus));
        Assert.Equal(StoreErrors.IdMismatch, store.Load(Minus.Id).Error);
        Assert.Equal(StoreErrors.IdMismatch, store.Load(exact.Model.Id).Error);
    }

    [Fact]
    public void Put_WrongStatement_IsRefused()
    {
        ModelStore store = Open();
        Assert.Equal(StoreErrors.StatementMismatch, store.Put(Minus, StatementOf(Tokens)).Error);
        Assert.Equal(StoreErrors.StatementMismatch, store.Put(Minus, "{}"u8.ToArray()).Error);
        Assert.Empty(store.List());
    }

    [Fact]
    public void Put_NewerStatement_ReplacesAndKeepsTheOld()
    {
        ModelStore store = Open();
        store.Put(Minus, StatementOf(Minus));
        Assert.True(store.Put(Minus, StatementOf(Minus, "features")).Found);
        Assert.Equal(StatementOf(Minus, "features"), store.Load(Minus.Id).Value!.StatementBytes.ToArray());
        Assert.Equal(StatementOf(Minus), store.FindStatement(Minus.Id, Digest32.Sha256(StatementOf(Minus))));
    }

    [Theory]
    [InlineData("statement.json")]
    [InlineData("source.onnx")]
    public void Load_DamagedFile_IsNamed(string file)
    {
        Open().Put(Minus, StatementOf(Minus));
        string path = FileOf(Minus.Id, file);
        byte[] good = File.ReadAllBytes(path);
        foreach (int length in new[] { 0, 1, good.Length / 2, good.Length - 1 })
        {
            File.WriteAllBytes(path, good[..length]);
            Assert.StartsWith("store/", Open().Load(Minus.Id).Error, StringComparison.Ordinal);
        }

        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] flipped = [.. good];
            flipped[random.Next(good.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, flipped);
            Assert.True(!Open().Load(Minus.Id).Found || file == "statement.json");
        }

        File.Delete(path);
        Assert.Equal(StoreErrors.Damaged, Open().Load(Minus.Id).Error);
        Assert.True(Open().Put(Minus, StatementOf(Minus)).Found);
    }
}
