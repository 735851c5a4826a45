namespace Assay.Models.Data;

/// <summary>Stable codes of <see cref="NpyReader"/>.</summary>
public static class NpyErrors
{
    /// <summary>The bytes don't start as a .npy file of version 1, 2 or 3 does, or end too early.</summary>
    public const string Header = "npy/header";

    /// <summary>An element type other than float32, float64, uint8, int32 and int64, little-endian.</summary>
    public const string ElementType = "npy/element-type";

    /// <summary>The array is in Fortran (column-major) order.</summary>
    public const string Order = "npy/order";

    /// <summary>The shape has no dimension, more than eight, an empty one, or more elements than the file holds.</summary>
    public const string Shape = "npy/shape";

    /// <summary>The data are shorter or longer than the shape says.</summary>
    public const string Length = "npy/length";
}
