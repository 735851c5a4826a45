namespace Assay.Programs;

/// <summary>Positions added around an image.</summary>
public readonly record struct Pads(int Top, int Left, int Bottom, int Right)
{
    /// <summary>No padding.</summary>
    public static Pads None => default;
}
