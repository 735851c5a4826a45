using Assay.Models.Fidelity;
using Assay.Models.Registration;
using Assay.Models.Tasks.Measuring;
using Assay.Models.Tests.Support;
using Assay.Testing;

namespace Assay.Models.Tests.Registration;

/// <summary>The models that come with Assay: their ids, and how near they are to float at their task.</summary>
public sealed class ShippedModelTests
{
    private static readonly bool Deep = Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1";

    [Theory]
    [InlineData("digits", "9d9b7c5660fcff026d6947329f4dfd7948a3c939067e96c810121824a8510c48")]
    [InlineData("risk", "fe34018094c81429395f0193d393ce0dd1a5ecb38e6fb72a73c07b8403613b1a")]
    public void Register_ShippedModel_LosesAtMostOnePoint(string name, string id)
    {
        RegistrationResult result = Register(id, ShippedPackage.Read(Folder(name)));
        SetFidelity test = result.Statement!.Fidelity.Test!;
        Assert.True(test.Accuracy!.ExactAccuracy >= test.Accuracy.FloatAccuracy - 0.01);
        Assert.True(test.Top1Agreement >= 0.99);
        Assert.True(test.Outputs[0].MeanRelativeError < 0.003);
        Assert.Equal(0, test.ItemsRefused);
    }

    /// <summary>The largest takes as long as all others: it is for the long run.</summary>
    public static TheoryData<string, string> WithATask
    {
        get
        {
            TheoryData<string, string> models = new()
            {
                { "face", "b0f96e30fdbe69f41e4ebb156f359ea06fd1506177209653bac4d04e9cb1ad29" },
                { "voice", "88e861631f565b752f06de660063ad0b9fa4f41716d0db6526d73723db29580b" },
            };
            if (Deep)
            {
                models.Add("orientation", "9aba1e082fad93595098b2ca397cb265a9e4ebc46dc7a8b7783be0a44f0d7212");
            }

            return models;
        }
    }

    /// <summary>By what a person asks of them, on a sample of the test set; all of it in the long run.</summary>
    [Theory]
    [MemberData(nameof(WithATask))]
    public void Register_ShippedModelWithATask_DoesItAsWellAsFloat(string name, string id)
    {
        RegistrationRequest request = ShippedPackage.Read(Folder(name));

        // Fidelity is told on the test set where time allows; the program's bytes don't depend on it.
        RegistrationResult result = Register(id, Deep ? request : request with { Test = null, Labels = null });
        TaskReport report = TaskMeasurement.Run(Folder(name), result.Model!, Deep ? int.MaxValue : name == "voice" ? 6 : 12);
        switch (name)
        {
            case "face":
                Assert.True(report["recall"].Exact >= report["recall"].Float - 0.01);
                Assert.True(report["precision"].Exact >= report["precision"].Float - 0.02);
                Assert.True(report["mean overlap of exact and float boxes"].Exact >= 0.95);
                break;
            case "orientation":
                Assert.True(report["accuracy"].Exact >= report["accuracy"].Float - 0.01);
                Assert.True(report["largest difference of scores"].Exact < 0.1);
                break;
            default:
                Assert.True(report["accuracy"].Exact >= report["accuracy"].Float - 0.005);
                Assert.True(report["area under the ROC curve"].Exact >= report["area under the ROC curve"].Float - 0.002);
                Assert.True(report["mean difference of probabilities"].Exact < 0.002);
                Assert.True(report["largest difference of probabilities"].Exact < 0.1);
                break;
        }
    }

    private static RegistrationResult Register(string id, RegistrationRequest request)
    {
        RegistrationResult result = ModelRegistration.Register(request);
        Assert.True(result.Model is not null, string.Join("\n", result.Errors));

        // The same on every machine. If a change to the compiler changes it, ModelStatement.CompilerName changes with it.
        Assert.Equal(id, result.Model.Id.ToString());
        return result;
    }

    private static string Folder(string name) => Path.Combine(Oracles.RepositoryRoot, "models", name);
}
