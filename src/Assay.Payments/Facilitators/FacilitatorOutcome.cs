namespace Assay.Payments;

/// <summary>What asking a facilitator came to.</summary>
public enum FacilitatorOutcome
{
    /// <summary>It is so: the payment holds, or it is settled.</summary>
    Accepted,

    /// <summary>It isn't, and won't be: the reason says why.</summary>
    Refused,

    /// <summary>A transaction is on its way, and its end isn't known yet: asking again with the same payment tells.</summary>
    Pending,

    /// <summary>Nobody answered, or not in a way that can be read. Whether it was settled isn't known.</summary>
    Unavailable,
}
