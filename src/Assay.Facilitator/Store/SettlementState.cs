namespace Assay.Facilitator;

/// <summary>How far a settlement is.</summary>
internal enum SettlementState
{
    /// <summary>There is a signed transaction, which may be on the chain or not.</summary>
    Prepared = 1,

    /// <summary>The chain has it, deep enough.</summary>
    Settled = 2,

    /// <summary>The chain refused, for good.</summary>
    Failed = 3,
}
