using Assay.Testing;
using static Assay.Programs.Tests.ProgramVectors;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

public sealed class ModelVectorsTests
{
    private const int SmallBytes = 2500;

    [Fact]
    public void Models_IdentitiesAndOutputs_AreTheGiven()
    {
        WriteIfAsked("models.json", MakeModels);
        ModelVector[] vectors = Read<ModelVector>("models.json");
        HashSet<Type> operations = [];
        foreach (ModelVector vector in vectors)
        {
            byte[] bytes = Convert.FromHexString(vector.Program);
            ExactProgram? program = ProgramCodec.TryDecode(bytes, out ProgramError? error);
            Assert.True(program is not null, $"{vector.Name}: {error}");
            Assert.Equal(bytes, ProgramCodec.Encode(program));
            WeightsBlob? blob = WeightsBlob.Create(program, Convert.FromHexString(vector.Weights), out error);
            Assert.True(blob is not null, $"{vector.Name}: {error}");
            ExactModel? model = ExactModel.Create(program, blob, out error);
            Assert.True(model is not null, $"{vector.Name}: {error}");
            Assert.Equal(vector.WeightsRoot, blob.Root().ToString());
            Assert.Equal(vector.ModelId, model.Id.ToString());
            Assert.NotEmpty(vector.Items);
            Assert.All(vector.Items, item => Assert.Equal(item.Outputs, ReferenceInterpreter.Run(model, item.Inputs)));
            operations.UnionWith(program.Operations.Select(op => op.GetType()));
        }

        Assert.Equal(28, operations.Count);
        Assert.InRange(vectors.Length, 20, 120);
    }

    [Fact]
    public void Roots_OfLongBlobs_AreTheGiven()
    {
        WriteIfAsked("weights-roots.json", () => ((int[])[0, 1, 65535, 65536, 65537, 131072, 131073, 200001, 458753])
            .Select(length => new RootVector(length, Root(length))));
        Assert.All(Read<RootVector>("weights-roots.json"), vector => Assert.Equal(vector.Root, Root(vector.Length)));
    }

    [OracleFact(Oracle.Node)]
    public void JavaScript_KnowingOnlyTheSpecification_ComputesTheSame()
    {
        Assert.Equal("ok", Oracles.RunNode("programs.mjs", File.ReadAllText(Path.Combine(Folder, "models.json"))));
        ModelVector[] fresh = [.. Enumerable.Range(5000, FuzzRun.IsDeep ? 2000 : 30).Select(seed => Vector($"seed {seed}", seed, 2))];
        ModelVector[] wide = [.. Enumerable.Range(5000, FuzzRun.IsDeep ? 4000 : 56).Select(seed => WideVector($"seed {seed}", seed, 1))];
        Assert.Equal("ok", Oracles.RunNode("programs.mjs", Json(wide)));
        Assert.Equal("ok", Oracles.RunNode("programs.mjs", Json(fresh)));
    }

    private static IEnumerable<ModelVector> MakeModels()
    {
        yield return Vector("no weights, no operation", Model([Type(-5, 5, 2)], []), [[[-5, 5]]]);
        yield return Vector(
            "two limbs, all of int16",
            Model(
                [Type(-8191, 8191, 4)],
                [new LinearOperation(0, 0, 1, [16, 0], true, Wide(2))],
                [Weights([2, 4], [32767, 32767, 32767, 32767, -32768, 1, 2, 3]), Bias(7, -1)]),
            [[[8191, 8191, 8191, 8191]], [[0, 1, -1, 3]], [[-8191, -8191, 8191, 0]]]);
        yield return Vector(
            "accumulator at the bound",
            Model(
                [Type(-32767, 32767, 1)],
                [new LinearOperation(0, 0, 1, [15, 15], false, Wide(2))],
                [Weights([2, 1], [32512, -32512]), Bias(16128, -16128)]),
            [[[32767]], [[-32767]], [[1]]]);
        yield return Vector(
            "average with three counts",
            Model(
                [Type(-100, 100, 1, 2, 2)],
                [new AveragePoolOperation(0, 2, 2, 1, 1, new(1, 1, 1, 1), false, [16, 8, 4], 4, Wide(1, 3, 3))]),
            [[[10, 11, -3, 7]]]);
        for (int seed = 0, found = 0; found < 30; seed++)
        {
            ExactModel model = RandomPrograms.Generate(seed).Model;
            if (model.ProgramBytes.Length <= SmallBytes && model.Weights.Memory.Length <= SmallBytes)
            {
                found++;
                yield return Vector($"random {seed}", seed, 2);
            }
        }

        yield return Vector(
            "normalize at 2^62",
            Model(
                [Type(-32768, 32767, 4)],
                [new NormalizeOperation(0, true, (1L << 62) - (4 * (4L * 65535) * (4L * 65535)), 62, 47, Wide(4))]),
            [[[-32768, 32767, 32767, 32767]], [[0, 0, 0, 0]], [[1, 2, 3, 4]]]);
        yield return Vector(
            "root of a sum at 2^62",
            Model([Type(-32768, 32767, 4)], [new RootSumOperation(0, 0, 15, 16, Wide(1))]),
            [[[-32768, -32768, -32768, -32768]], [[1, 1, 1, 0]]]);
        yield return Vector(
            "matmul at the bound",
            Model([Type(-32512, 32512, 1, 1), Type(-32768, 32767, 1, 1)], [new MatMulOperation(0, 1, 0, Wide(1, 1))]),
            [[[32512], [-32768]], [[-181], [181]]]);
        yield return Vector(
            "divide with 30 bits",
            Model([Wide(4), Type(1, 32767, 1)], [new DivideOperation(0, 1, 30, Wide(4))]),
            [[[-32768, 32767, 0, 1], [32767]], [[-1, 1, 2, 3], [1]]]);
        yield return Vector(
            "slices of one place with steps that don't count",
            Model([Type(0, 9, 2, 3)], [new SliceOperation(0, [1, 2], [65535, -65535], Type(0, 9, 1, 1))]),
            [[[1, 2, 3, 4, 5, 6]]]);
        for (int seed = 0, found = 0; found < 56; seed++)
        {
            ExactModel model = RandomPrograms.GenerateWide(seed).Model;
            if (model.ProgramBytes.Length <= SmallBytes && model.Weights.Memory.Length <= SmallBytes
                && Enumerable.Range(0, model.Program.ValueCount).Sum(v => model.Program.TypeOf(v).Count) <= 1500)
            {
                found++;
                yield return WideVector($"wide {seed}", seed, 2);
            }
        }
    }

    private static ModelVector WideVector(string name, int seed, int items)
    {
        ExactModel model = RandomPrograms.GenerateWide(seed).Model;
        return Vector(name, model, [.. Enumerable.Range(0, items).Select(i => RandomPrograms.InputsFor(model, (1000 * seed) + i))]);
    }

    private static ModelVector Vector(string name, int seed, int items)
    {
        ExactModel model = RandomPrograms.Generate(seed).Model;
        return Vector(name, model, [.. Enumerable.Range(0, items).Select(i => RandomPrograms.InputsFor(model, (1000 * seed) + i))]);
    }

    private static ModelVector Vector(string name, ExactModel model, short[][][] items) => new(
        name,
        Hex(model.ProgramBytes.Span),
        Hex(model.Weights.Memory.Span),
        model.Weights.Root().ToString(),
        model.Id.ToString(),
        [.. items.Select(item => new ItemVector(item, ReferenceInterpreter.Run(model, item)))]);

    private static string Root(int length)
    {
        ExactProgram? program = ExactProgram.Create(
            [Input("x", Wide(1))], length == 0 ? [] : [new(WeightType.I8, [length])], [], [], [new("y", 0, 1)], out _);
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)((31 * i) + 7))];
        return WeightsBlob.Create(program!, bytes, out _)!.Root().ToString();
    }
}
