namespace Assay.Engine.Tests;

/// <summary>Whether the long run was asked for.</summary>
internal static class Deep
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1";
}
