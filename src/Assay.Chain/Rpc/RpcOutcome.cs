namespace Assay.Chain;

/// <summary>What a question to a chain's server came to.</summary>
public enum RpcOutcome
{
    /// <summary>There is a value.</summary>
    Answered,

    /// <summary>The server, or the contract that was called, says no; the error says how.</summary>
    Refused,

    /// <summary>Nobody answered, not in time, not in a way that can be read, or with trouble of its own: nothing is known.</summary>
    Unavailable,
}
