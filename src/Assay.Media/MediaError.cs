namespace Assay.Media;

/// <summary>Why a file can't be used.</summary>
/// <param name="Code">Stable: one of <see cref="MediaErrors"/>.</param>
/// <param name="Message">What is wrong, in a sentence.</param>
/// <param name="Nearest">The nearest thing that would work; may be empty.</param>
public sealed record MediaError(string Code, string Message, string Nearest = "");
