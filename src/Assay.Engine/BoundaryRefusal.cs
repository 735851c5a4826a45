namespace Assay.Engine;

/// <summary>Why an item's input was refused.</summary>
public enum BoundaryRefusal
{
    /// <summary>It wasn't.</summary>
    None,

    /// <summary>A NaN or an infinity.</summary>
    NotFinite,

    /// <summary>An element out of range of an input that refuses instead of clamping.</summary>
    OutOfRange,
}
