using System.Reflection;
using Assay.Payments;
using Assay.Testing;

namespace Assay.Facilitator.Tests;

public sealed class ReasonTests
{
    [Fact]
    public void Every_reason_is_in_the_documents()
    {
        string text = File.ReadAllText(Path.Combine(Oracles.RepositoryRoot, "docs", "errors.md"));
        string[] reasons = [.. typeof(PaymentErrors).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!)];
        Assert.True(reasons.Length > 30);
        Assert.All(reasons, reason => Assert.Contains($"`{reason}`", text, StringComparison.Ordinal));
        Assert.Equal(reasons.Length, reasons.Distinct().Count());
    }
}
