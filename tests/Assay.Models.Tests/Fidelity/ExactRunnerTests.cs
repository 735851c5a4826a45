using Assay.Models.Fidelity;
using Assay.Programs;
using Assay.Testing;

namespace Assay.Models.Tests.Fidelity;

public sealed class ExactRunnerTests
{
    [Fact]
    public void Run_RandomPrograms_EqualsReference()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            (ExactModel model, short[][] inputs) = RandomPrograms.Generate(seed);
            short[][] expected = ReferenceInterpreter.RunValues(model, inputs);
            ExactRunner runner = new ExactRunner(model).Clone();
            runner.Run(inputs);
            for (int v = 0; v < expected.Length; v++)
            {
                Assert.Equal(expected[v].Select(q => (int)q), runner.Value(v).ToArray());
            }
        }
    }
}
