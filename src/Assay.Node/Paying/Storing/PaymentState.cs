namespace Assay.Node.Paying;

/// <summary>Where a payment is (spec/payment.md, "One payment, one piece of work"). What was released isn't kept.</summary>
internal enum PaymentState
{
    /// <summary>Its identity is taken, and work may have begun.</summary>
    Reserved = 1,

    /// <summary>The answer is the payer's; the node is to be paid.</summary>
    Owed = 2,

    /// <summary>The node was paid.</summary>
    Settled = 3,

    /// <summary>The chain refuses it.</summary>
    Failed = 4,
}
