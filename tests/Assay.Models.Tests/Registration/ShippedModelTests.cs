using Assay.Models.Fidelity;
using Assay.Models.Registration;
using Assay.Testing;

namespace Assay.Models.Tests.Registration;

/// <summary>The models that come with Assay lose at most one point of accuracy.</summary>
public sealed class ShippedModelTests
{
    [Theory]
    [InlineData("digits")]
    [InlineData("risk")]
    public void Register_ShippedModel_LosesAtMostOnePoint(string name)
    {
        string folder = Path.Combine(Oracles.RepositoryRoot, "models", name);
        byte[] Read(string file) => File.ReadAllBytes(Path.Combine(folder, file));
        RegistrationResult result = ModelRegistration.Register(
            RegistrationRequest.Single(Read("model.onnx"), Read("calibration.npy"), Read("test_inputs.npy"), Read("test_labels.npy")));

        Assert.True(result.Model is not null, string.Join("\n", result.Errors));
        SetFidelity test = result.Statement!.Fidelity.Test!;
        Assert.True(test.Accuracy!.ExactAccuracy >= test.Accuracy.FloatAccuracy - 0.01);
        Assert.True(test.Top1Agreement >= 0.99);
        Assert.True(test.Outputs[0].MeanRelativeError < 0.003);
        Assert.Equal(0, test.ItemsRefused);
    }
}
