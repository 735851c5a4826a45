using Xunit;

namespace Assay.Testing;

/// <summary>As <see cref="OracleFactAttribute"/>, for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OracleTheoryAttribute : TheoryAttribute
{
    public OracleTheoryAttribute(Oracle oracle)
    {
        Oracle = oracle;
        if (!Oracles.AreRequired && Oracles.WhyMissing(oracle) is { } reason)
        {
            Skip = $"Oracle absent: {reason}";
        }
    }

    /// <summary>The oracle that the test needs.</summary>
    public Oracle Oracle { get; }
}
