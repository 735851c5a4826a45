namespace Assay.Node.Attesting;

/// <summary>Codes of attesters that give no evidence (docs/errors.md).</summary>
internal static class AttesterErrors
{
    /// <summary>There is no such device here.</summary>
    internal const string NoDevice = "attest/no-device";

    /// <summary>The device is there, and this process may not use it.</summary>
    internal const string Denied = "attest/denied";

    /// <summary>The device is busy, was interrupted, or another process changed the request under way; also after retries.</summary>
    internal const string Busy = "attest/busy";

    /// <summary>The device didn't answer in time.</summary>
    internal const string Timeout = "attest/timeout";

    /// <summary>The device refuses, with a code of its own that the text has.</summary>
    internal const string Refused = "attest/refused";

    /// <summary>The device answered something that isn't evidence for what was asked.</summary>
    internal const string Answer = "attest/answer";
}
