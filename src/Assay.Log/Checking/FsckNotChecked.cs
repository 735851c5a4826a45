namespace Assay.Log.Checking;

/// <summary>What a check may leave out; stable codes.</summary>
public static class FsckNotChecked
{
    /// <summary>No key was given: the checkpoint is by the key that the folder names, whoever's that is.</summary>
    public const string Key = "log/key";

    /// <summary>No check of receipts was given: their records weren't compared with their entries.</summary>
    public const string Receipts = "log/receipt";

    /// <summary>There are endorsements, and no check of them was given.</summary>
    public const string Endorsements = "log/endorsement";

    /// <summary>There are tiles that no checkpoint covers yet; they are compared when they are integrated.</summary>
    public const string Staged = "log/staged";

    /// <summary>
    /// Never checked by looking at one folder: that nobody was shown another version of this log, or that the folder as a
    /// whole isn't an old copy. Compare the checkpoint with one kept elsewhere.
    /// </summary>
    public const string SplitView = "log/split-view";
}
