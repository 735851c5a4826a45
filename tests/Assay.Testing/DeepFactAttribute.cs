using Xunit;

namespace Assay.Testing;

/// <summary>A test that takes long even once, and so is for the deep run (ASSAY_DEEP=1): in others it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DeepFactAttribute : FactAttribute
{
    public DeepFactAttribute()
    {
        if (!FuzzRun.IsDeep)
        {
            Skip = "In the deep run only.";
        }
    }

    public DeepFactAttribute(Oracle oracle)
        : this()
    {
        Oracle = oracle;
        Skip ??= !Oracles.AreRequired && Oracles.WhyMissing(oracle) is { } reason ? $"Oracle absent: {reason}" : null;
    }

    /// <summary>The oracle that the test needs, if it needs one.</summary>
    public Oracle? Oracle { get; }
}
