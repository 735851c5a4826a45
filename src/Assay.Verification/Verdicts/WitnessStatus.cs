namespace Assay.Verification;

/// <summary>Whether a witness's cosignature counts. A later value is more than an earlier one.</summary>
public enum WitnessStatus
{
    /// <summary>No line is in its name.</summary>
    Absent,

    /// <summary>What is in its name isn't by it: it counts as absent.</summary>
    Bad,

    /// <summary>It cosigned before the receipt says that it was issued: one of the two clocks is wrong, and it counts as absent.</summary>
    TooEarly,

    /// <summary>It cosigned.</summary>
    Cosigned,
}
