namespace Assay.Chain;

/// <summary>What a server means that refuses a transaction.</summary>
internal enum NodeRefusal
{
    /// <summary>It won't take it as it is.</summary>
    Final,

    /// <summary>It has it already.</summary>
    Known,

    /// <summary>Another has its nonce: in the chain, or waiting at a fee that this one doesn't beat.</summary>
    NonceTaken,

    /// <summary>It can't take it now: too far ahead of the account's others, no room, trouble of its own.</summary>
    NotNow,
}
