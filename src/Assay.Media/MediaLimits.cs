namespace Assay.Media;

/// <summary>Bounds that are looked at before memory is taken.</summary>
public sealed record MediaLimits
{
    /// <summary>The defaults.</summary>
    public static MediaLimits Default { get; } = new();

    /// <summary>Longest file, bytes.</summary>
    public long FileBytes { get; init; } = 256L << 20;

    /// <summary>Most pixels of a picture.</summary>
    public long Pixels { get; init; } = 64_000_000;

    /// <summary>Longest side of a picture, pixels.</summary>
    public int Side { get; init; } = 65_535;

    /// <summary>Most rows of a table, without its header.</summary>
    public int Rows { get; init; } = 1_000_000;

    /// <summary>Most columns of a table.</summary>
    public int Columns { get; init; } = 4096;

    /// <summary>Longest cell, characters.</summary>
    public int CellLength { get; init; } = 4096;

    /// <summary>Most samples of a sound, in its own rate and in the model's.</summary>
    public int Samples { get; init; } = 64_000_000;
}
