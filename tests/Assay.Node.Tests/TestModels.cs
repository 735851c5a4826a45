using Assay.Node.Serving;
using Assay.Programs;

namespace Assay.Node.Tests;

/// <summary>A model small enough to compute by hand: y = (x0 + 2*x1, x0 - x1), in steps of 1/16.</summary>
internal static class TestModels
{
    internal static ExactModel Tiny()
    {
        TensorType x = new([2], -1600, 1600);
        ExactProgram program = ExactProgram.Create(
            [new ProgramInput("x", x, null, [0.0], [16.0], OutOfRange.Refuse)],
            [new WeightTensor(WeightType.I8, [2, 2]), new WeightTensor(WeightType.I32, [2])],
            [],
            [new LinearOperation(0, 0, 1, [0, 0], TwoLimbs: false, new TensorType([2], -5000, 5000))],
            [new ProgramOutput("y", 1, 1.0 / 16)],
            out ProgramError? error) ?? throw new InvalidOperationException(error!.ToString());
        byte[] blob = [.. WeightsBlob.Pack(WeightType.I8, [1, 2, 1, -1]), .. WeightsBlob.Pack(WeightType.I32, [0, 0])];
        WeightsBlob weights = WeightsBlob.Create(program, blob, out error) ?? throw new InvalidOperationException(error!.ToString());
        return ExactModel.Create(program, weights, out error) ?? throw new InvalidOperationException(error!.ToString());
    }

    internal static ServedModel Serve(string name = "tiny", string use = "entertainment", bool weightsPublic = true, Assay.Receipts.VerificationLevel? minimum = null)
    {
        ExactModel model = Tiny();
        return ServedModels.Create(model, new ModelTerms(name, use, minimum, weightsPublic), "adds and subtracts", "{}"u8.ToArray(), new ExactRunner(model));
    }
}
