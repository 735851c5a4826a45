using Assay.Models.Benchmarks;
using Assay.Programs;

namespace Assay.Models.Tests.Benchmarks;

public sealed class BenchmarkModelsTests
{
    [Theory]
    [InlineData("mlp", 101_770)]
    [InlineData("lenet5", 61_706)]
    [InlineData("cnn", 263_330)]
    public void HaveTheirParametersAndOneIdentity(string name, int parameters)
    {
        ExactModel model = BenchmarkModels.Compile(name);

        Assert.Equal(parameters, model.Program.Weights.Sum(tensor => tensor.Count));
        Assert.Equal(model.Id, BenchmarkModels.Compile(name).Id);
    }

    [Fact]
    public void AnUnknownNameIsRefused() => Assert.Throws<ArgumentException>(() => BenchmarkModels.Compile("alexnet"));
}
