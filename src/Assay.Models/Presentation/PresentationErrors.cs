namespace Assay.Models.Presentation;

/// <summary>Stable codes of <see cref="ModelPresentation"/>.</summary>
public static class PresentationErrors
{
    /// <summary>Not JSON, a member that this version doesn't know, one that is missing, or a value of another type.</summary>
    public const string Malformed = "presentation/malformed";

    /// <summary>A number or a list out of its bounds.</summary>
    public const string Value = "presentation/value";

    /// <summary>It doesn't fit the model's inputs and outputs.</summary>
    public const string Mismatch = "presentation/mismatch";
}
