using System.Text;
using Assay.Models.Fidelity;
using Assay.Models.Registration;

namespace Assay.Models.Tests.Registration;

/// <summary>How a package wants to be compiled: strict, because a misspelt member would silently give another model.</summary>
public sealed class CompileSectionTests
{
    [Fact]
    public void Apply_Section_IsTaken()
    {
        RegistrationRequest request = With("""{ "name": "x", "compile": { "activation_bits": 16, "weight_bits": 13, "fidelity_target": 0.01, "narrow": false, "task": "regress" } }""");
        Assert.Equal((16, 13, 0.01, false), (request.Options.ActivationBits, request.Options.WeightBits, request.Options.FidelityTarget, request.Options.Narrow));
        Assert.Equal(ModelTask.Regress, request.Task);
        Assert.Equal(12, With("""{ "compile": {} }""").Options.ActivationBits);
        Assert.Equal(ModelTask.Auto, With("{}").Task);
        Assert.Equal(12, With("[1]").Options.WeightBits);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{ "activation_bit": 16 }""")]
    [InlineData("""{ "activation_bits": 16, "activation_bits": 12 }""")]
    [InlineData("""{ "activation_bits": 7 }""")]
    [InlineData("""{ "weight_bits": 12.5 }""")]
    [InlineData("""{ "weight_bits": "12" }""")]
    [InlineData("""{ "fidelity_target": 0 }""")]
    [InlineData("""{ "fidelity_target": 1e999 }""")]
    [InlineData("""{ "narrow": 1 }""")]
    [InlineData("""{ "task": "face" }""")]
    [InlineData("""{ "task": null }""")]
    [InlineData("""{ "task": "\ud800" }""")]
    [InlineData("""{ "\ud800": 1 }""")]
    public void Apply_OtherSection_IsRefused(string section) => Assert.Throws<InvalidDataException>(() => With("{\"compile\":" + section + "}"));

    private static RegistrationRequest With(string card) =>
        CompileSection.Apply(Encoding.UTF8.GetBytes(card), RegistrationRequest.Single(new byte[] { 1 }, new byte[] { 2 }));
}
