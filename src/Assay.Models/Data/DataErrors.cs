namespace Assay.Models.Data;

/// <summary>Stable codes for calibration and test data that don't fit the model.</summary>
public static class DataErrors
{
    /// <summary>An input has no data.</summary>
    public const string Missing = "data/missing";

    /// <summary>The array's shape is not [items, ...input shape].</summary>
    public const string Shape = "data/shape";

    /// <summary>The data hold NaN or an infinity.</summary>
    public const string NotFinite = "data/not-finite";

    /// <summary>Labels are not integers, not one for each item, or not an index into the model's first output.</summary>
    public const string Labels = "data/labels";
}
