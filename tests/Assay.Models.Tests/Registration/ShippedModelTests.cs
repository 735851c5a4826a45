using Assay.Models.Fidelity;
using Assay.Models.Registration;
using Assay.Testing;

namespace Assay.Models.Tests.Registration;

/// <summary>The models that come with Assay lose at most one point of accuracy.</summary>
public sealed class ShippedModelTests
{
    [Theory]
    [InlineData("digits", "9d9b7c5660fcff026d6947329f4dfd7948a3c939067e96c810121824a8510c48")]
    [InlineData("risk", "fe34018094c81429395f0193d393ce0dd1a5ecb38e6fb72a73c07b8403613b1a")]
    public void Register_ShippedModel_LosesAtMostOnePoint(string name, string id)
    {
        string folder = Path.Combine(Oracles.RepositoryRoot, "models", name);
        byte[] Read(string file) => File.ReadAllBytes(Path.Combine(folder, file));
        RegistrationResult result = ModelRegistration.Register(
            RegistrationRequest.Single(Read("model.onnx"), Read("calibration.npy"), Read("test_inputs.npy"), Read("test_labels.npy")));

        Assert.True(result.Model is not null, string.Join("\n", result.Errors));

        // The same on every machine. If a change to the compiler changes it, ModelStatement.CompilerName changes with it.
        Assert.Equal(id, result.Model.Id.ToString());
        SetFidelity test = result.Statement!.Fidelity.Test!;
        Assert.True(test.Accuracy!.ExactAccuracy >= test.Accuracy.FloatAccuracy - 0.01);
        Assert.True(test.Top1Agreement >= 0.99);
        Assert.True(test.Outputs[0].MeanRelativeError < 0.003);
        Assert.Equal(0, test.ItemsRefused);
    }
}
