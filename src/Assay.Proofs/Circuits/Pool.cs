namespace Assay.Proofs.Circuits;

/// <summary>The shared random points, in the order in which they are drawn: each gives its first bits to whoever needs them.</summary>
public enum Pool
{
    /// <summary>Output channels within a group: the columns of all weight matrices.</summary>
    J,

    /// <summary>Groups of channels.</summary>
    G,

    /// <summary>The batch.</summary>
    B,

    /// <summary>A value's axes, by position.</summary>
    P0, P1, P2, P3, P4, P5, P6, P7,
}
