namespace Assay.Engine.Plan;

/// <summary>The axes of a tensor that is stored with channels last.</summary>
internal readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Whether channels last and channels first are the same bytes.</summary>
    public bool IsFlat => Channels == 1 || Height * Width == 1;

    /// <summary>Where element <paramref name="index"/> (row-major C,H,W) is stored.</summary>
    public int PositionOf(int index)
    {
        int area = Height * Width;
        return ((index % area) * Channels) + (index / area);
    }
}
