namespace Assay.Models.Hub;

/// <summary>Why a file is no model card.</summary>
/// <param name="Code">One of <see cref="CardErrors"/>.</param>
/// <param name="Message">What is wrong, with the member's name.</param>
/// <param name="Nearest">The nearest thing that would work; may be empty.</param>
public sealed record CardProblem(string Code, string Message, string Nearest);
