namespace Assay.Media;

/// <summary>Stable codes of <see cref="MediaError"/>.</summary>
public static class MediaErrors
{
    /// <summary>None of the kinds that are read.</summary>
    public const string Unknown = "media/unknown";

    /// <summary>Over a limit of <see cref="MediaLimits"/>.</summary>
    public const string TooLarge = "media/too-large";

    /// <summary>The file ends before what it announces.</summary>
    public const string Truncated = "media/truncated";

    /// <summary>Not what its format allows.</summary>
    public const string Malformed = "media/malformed";

    /// <summary>Allowed by its format, not read here.</summary>
    public const string Unsupported = "media/unsupported";

    /// <summary>The library that decodes this format isn't on this machine.</summary>
    public const string LibraryMissing = "media/library-missing";

    /// <summary>A table without one of the model's columns, with one that it doesn't have, or with one twice.</summary>
    public const string Columns = "media/columns";

    /// <summary>A cell that isn't a finite number.</summary>
    public const string Cell = "media/cell";
}
