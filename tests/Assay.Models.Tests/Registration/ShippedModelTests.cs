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
        RegistrationResult result = Register(name, id, ShippedPackage.Read(Folder(name)));
        SetFidelity test = result.Statement!.Fidelity.Test!;
        Assert.True(test.Accuracy!.ExactAccuracy >= test.Accuracy.FloatAccuracy - 0.01);
        Assert.True(test.Top1Agreement >= 0.99);
        Assert.True(test.Outputs[0].MeanRelativeError < 0.003);
        Assert.Equal(0, test.ItemsRefused);
    }
