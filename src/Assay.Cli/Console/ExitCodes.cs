namespace Assay.Cli.Console;

/// <summary>Exit codes, the same for every command.</summary>
internal static class ExitCodes
{
    /// <summary>Done; for <c>verify</c>: what was required is met.</summary>
    internal const int Met = 0;

    /// <summary>A check failed, or the node isn't trusted.</summary>
    internal const int Untrusted = 1;

    /// <summary>Nothing failed, but what was required isn't established.</summary>
    internal const int PolicyNotMet = 2;

    /// <summary>It couldn't be evaluated: unreadable or unknown input, a node that doesn't answer.</summary>
    internal const int CannotEvaluate = 3;

    /// <summary>The command was used wrongly.</summary>
    internal const int Usage = 4;
}
