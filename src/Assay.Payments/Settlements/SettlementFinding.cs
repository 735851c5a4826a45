namespace Assay.Payments;

/// <summary>What a transaction is for a payment.</summary>
public enum SettlementFinding
{
    /// <summary>It doesn't show whether it settles the payment: it calls something that isn't known here.</summary>
    Unclear,

    /// <summary>It settles the payment.</summary>
    Settles,

    /// <summary>It doesn't settle it.</summary>
    Differs,
}
