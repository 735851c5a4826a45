using Assay.Receipts;

namespace Assay.Node.Tests;

public sealed class NodeOptionsTests
{
    /// <summary>Callers from elsewhere must say their level: a default would be theirs without their knowing.</summary>
    [Theory]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://0.0.0.0:8080", false)]
    [InlineData("http://10.0.0.1:8080", false)]
    [InlineData("http://node.example:8080", false)]
    [InlineData("http://127.0.0.1:8080;http://0.0.0.0:8081", false)]
    public void ADefaultLevel_IsForLoopbackOnly(string url, bool allowed)
    {
        NodeOptions options = new() { Folder = "x", Url = url, DefaultLevel = VerificationLevel.Signed };
        Assert.Equal(allowed, options.Validate().Count == 0);
    }
}
