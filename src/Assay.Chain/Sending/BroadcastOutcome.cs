namespace Assay.Chain;

/// <summary>What sending a transaction came to.</summary>
public enum BroadcastOutcome
{
    /// <summary>The server has it, or the chain already does: wait for it.</summary>
    Sent,

    /// <summary>Nobody answered, or the server can't take it now. It may be on its way: wait for it; that sends it again where it is missing.</summary>
    NotYet,

    /// <summary>Another transaction of the account has its nonce. It won't take effect: prepare another.</summary>
    NonceTaken,

    /// <summary>The server won't ever take it as it is (no money for gas, too low a fee, ...). Its nonce is free again.</summary>
    Refused,

    /// <summary>It was abandoned, or waited too long, and its nonce went to another. It was not sent: prepare another.</summary>
    Expired,
}
