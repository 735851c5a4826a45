namespace Assay.Verification.Advising;

/// <summary>How far a level covers a threat.</summary>
public enum Coverage
{
    /// <summary>Not at all.</summary>
    Open,

    /// <summary>In part; the sentence beside it says which.</summary>
    Partly,

    /// <summary>Covered, under the level's assumptions.</summary>
    Covered,
}
