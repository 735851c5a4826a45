using Assay.Testing;

namespace Assay.Programs.Tests;

public sealed class RandomProgramsTests
{
    private const int Seeds = 600;

    [Fact]
    public void Generate_ManySeeds_KeepsTheRulesAndStaysInRange()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            (ExactModel model, short[][] inputs) = RandomPrograms.Generate(seed);
            short[][] values = ReferenceInterpreter.RunValues(model, inputs);
            for (int v = 0; v < values.Length; v++)
            {
                TensorType type = model.Program.TypeOf(v);
                Assert.Equal(type.Count, values[v].Length);
                Assert.All(values[v], q => Assert.InRange(q, type.Lo, type.Hi));
            }
        }
    }
}
