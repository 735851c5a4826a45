namespace Assay.Receipts;

/// <summary>What an endorsement says about its questions (spec/endorsements.md).</summary>
public enum EndorsementFinding
{
    /// <summary>It is so, by the evidence.</summary>
    Established,

    /// <summary>It isn't so, by the evidence.</summary>
    Refuted,

    /// <summary>The node's own word: evidence that was asked for didn't come in time.</summary>
    Expired,
}
