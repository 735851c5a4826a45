namespace Assay.Programs;

/// <summary>What the boundary does with an element that is out of an input's range. The numbers are encoded.</summary>
public enum OutOfRange
{
    /// <summary>The request is refused.</summary>
    Refuse = 0,

    /// <summary>The element becomes the nearest end of the range, and is counted.</summary>
    Clamp = 1,
}
