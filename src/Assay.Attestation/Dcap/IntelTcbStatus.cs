namespace Assay.Attestation;

/// <summary>Intel's statuses of platforms, in its spelling, and how those of a platform's parts come to one.</summary>
internal static class IntelTcbStatus
{
    internal const string UpToDate = "UpToDate";
    internal const string SwHardeningNeeded = "SWHardeningNeeded";
    internal const string ConfigurationNeeded = "ConfigurationNeeded";
    internal const string ConfigurationAndSwHardeningNeeded = "ConfigurationAndSWHardeningNeeded";
    internal const string OutOfDate = "OutOfDate";
    internal const string OutOfDateConfigurationNeeded = "OutOfDateConfigurationNeeded";
    internal const string Revoked = "Revoked";

    /// <summary>The TD started under an old TDX module that has been replaced since: starting it again would do.</summary>
    internal const string TdRelaunchAdvised = "TDRelaunchAdvised";
    internal const string TdRelaunchAdvisedConfigurationNeeded = "TDRelaunchAdvisedConfigurationNeeded";

    /// <summary>Not Intel's word in TCB info: there is no level for it.</summary>
    internal const string NotSupported = "NotSupported";

    /// <summary>Whether TCB info may say that of a platform.</summary>
    internal static bool IsOfPlatform(string status) => status is
        UpToDate or SwHardeningNeeded or ConfigurationNeeded or ConfigurationAndSwHardeningNeeded or OutOfDate or OutOfDateConfigurationNeeded or Revoked;

    /// <summary>Whether it may be said of a TDX module or a quoting enclave.</summary>
    internal static bool IsOfEnclave(string status) => status is UpToDate or OutOfDate or OutOfDateConfigurationNeeded or ConfigurationNeeded or Revoked;

    internal static bool NeedsConfiguration(string status) => status is
        ConfigurationNeeded or ConfigurationAndSwHardeningNeeded or OutOfDateConfigurationNeeded or TdRelaunchAdvisedConfigurationNeeded;

    /// <summary>A platform's status with that of its TDX module or quoting enclave: what is worse wins, and needed configuration isn't forgotten.</summary>
    internal static string Converge(string platform, string enclave) => (platform, enclave) switch
    {
        (Revoked, _) or (_, Revoked) => Revoked,
        (_, UpToDate) => platform,
        (UpToDate or SwHardeningNeeded, _) => OutOfDate,
        (ConfigurationNeeded or ConfigurationAndSwHardeningNeeded, _) => OutOfDateConfigurationNeeded,
        _ => platform,
    };
}
