namespace Assay.Receipts;

/// <summary>What a status rests on (spec/levels.md, column "by").</summary>
public enum Basis
{
    /// <summary>The operator says so.</summary>
    Operator,

    /// <summary>The node's signature.</summary>
    Signature,

    /// <summary>Inclusion in the node's log.</summary>
    Log,

    /// <summary>Exact re-execution by someone else.</summary>
    Replay,

    /// <summary>Attested hardware.</summary>
    Tee,

    /// <summary>A mathematical proof.</summary>
    Zk,

    /// <summary>Settlement of a payment.</summary>
    Settlement,
}
