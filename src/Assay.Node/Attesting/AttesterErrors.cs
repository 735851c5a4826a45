namespace Assay.Node.Attesting;

/// <summary>Codes of attesters that give no evidence, and of nodes that can't use what they got (docs/errors.md).</summary>
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

    /// <summary>The policy that the node is to hold itself to can't be read.</summary>
    internal const string Policy = "attest/policy";

    /// <summary>Hardware and no policy: nothing says what would be accepted.</summary>
    internal const string NoPolicy = "attest/no-policy";

    /// <summary>The vendors' statements in the operator's folder can't be used.</summary>
    internal const string Collateral = "attest/collateral";

    /// <summary>The node's own evidence isn't accepted by the policy that it holds itself to.</summary>
    internal const string NotAccepted = "attest/not-accepted";

    /// <summary>What was attested can't be made durable, so that it mustn't be used.</summary>
    internal const string NotKept = "attest/not-kept";

    /// <summary>The evidence has become too old, and there is no newer.</summary>
    internal const string Stale = "attest/stale";

    /// <summary>Something went wrong that shouldn't; the operator's log has it.</summary>
    internal const string Internal = "attest/internal";
}
