using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Assay.Client;
using Assay.Programs;
using Assay.Receipts;
using Assay.Replayer.Running;
using Assay.Testing;
using Assay.Verification;

namespace Assay.Replayer.Tests;

/// <summary>The engine's replays and the reference interpreter's are the same: outputs, clamped elements, refusals.</summary>
public sealed class EngineReplayerTests
{
    [Fact]
    public void Random_programs_give_the_same_on_both()
    {
        int ran = 0, refused = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            ExactModel model = RandomPrograms.Generate(seed).Model;
            Random random = new(seed);
            ProgramReplayer reference = new([model]);
            using EngineReplayer engine = new([model]);
            for (int batch = 1; batch <= 3; batch++)
            {
                ReplayRequest request = new(model.Id, null, Inputs(model.Program, batch, random));
                switch (reference.Replay(request), engine.Replay(request))
                {
                    case (ReplayResult.Ran a, ReplayResult.Ran b):
                        Assert.True(TensorValue.AllSame(a.Outputs, b.Outputs), $"seed {seed}");
                        Assert.Equal(a.Saturated, b.Saturated);
                        ran++;
                        break;
                    case (ReplayResult.Refused, ReplayResult.Refused):
                        refused++;
                        break;
                    case var other:
                        Assert.Fail($"seed {seed}: {other}");
                        break;
                }
            }
        }

        Assert.True(ran > 50, $"{ran} ran");
        Assert.True(refused > 5, $"{refused} were refused");
    }

    [Fact]
    public void Inputs_that_arent_the_programs_are_refused_by_both()
    {
        ExactModel model = TestModel.Tiny();
        ProgramReplayer reference = new([model]);
        using EngineReplayer engine = new([model]);
        TensorValue[][] wrong =
        [
            [],
            [TestModel.Input(1, 2), TestModel.Input(1, 2)],
            [TensorValue.Create("z", [1, 2], new byte[8])],
            [TensorValue.Create("x", [2], new byte[8])],
            [TensorValue.Create("x", [2, 1], new byte[8])],
            [TensorValue.Create("x", [], new byte[4])],
            [TensorValue.Create("x", [1, 2, 1], new byte[8])],
        ];
        foreach (TensorValue[] inputs in wrong)
        {
            Assert.IsType<ReplayResult.Refused>(reference.Replay(new ReplayRequest(model.Id, null, inputs)));
            Assert.IsType<ReplayResult.Refused>(engine.Replay(new ReplayRequest(model.Id, null, inputs)));
        }

        Assert.IsType<ReplayResult.NotAvailable>(engine.Replay(new ReplayRequest(TestModel.Tiny(3).Id, null, [TestModel.Input(1, 2)])));
    }

    // In the range mostly; some beyond it, which clamps or refuses; some that aren't finite.
    private static List<TensorValue> Inputs(ExactProgram program, int batch, Random random)
    {
        List<TensorValue> inputs = [];
        foreach (ProgramInput input in program.Inputs)
        {
            float[] values = new float[batch * input.Type.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.Next(2000) switch { 0 => float.NaN, 1 => float.PositiveInfinity, < 10 => 1e6f, _ => (float)(random.NextDouble() * 4 - 2) };
            }

            ImmutableArray<int> shape = [batch, .. input.Type.Shape];
            inputs.Insert(random.Next(inputs.Count + 1), TensorValue.Create(input.Name, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
        }

        return inputs;
    }
}
