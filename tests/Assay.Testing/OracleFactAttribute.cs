using Xunit;

namespace Assay.Testing;

/// <summary>
/// A test that needs an <see cref="Oracle"/>. Where that is absent the test is skipped and says why; with
/// ASSAY_REQUIRE_ORACLES=1 it runs, and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OracleFactAttribute : FactAttribute
{
    public OracleFactAttribute(Oracle oracle)
    {
        Oracle = oracle;
        if (oracle == Oracle.X402VersionOne && !FuzzRun.IsDeep)
        {
            // Half a gigabyte that the default run doesn't install.
            Skip = "In the deep run only: x402-fetch 1.2.0 has 472 MB of packages.";
        }
        else if (!Oracles.AreRequired && Oracles.WhyMissing(oracle) is { } reason)
        {
            Skip = $"Oracle absent: {reason}";
        }
    }

    /// <summary>The oracle that the test needs.</summary>
    public Oracle Oracle { get; }
}
