namespace Assay.Receipts;

/// <summary>What a bundle shows of a leaf.</summary>
public enum LeafState
{
    /// <summary>Only its hash: the value was there or absent, and isn't shown.</summary>
    Redacted,

    /// <summary>Shown: the node claims nothing here.</summary>
    Absent,

    /// <summary>Shown, with a value.</summary>
    Disclosed,
}
