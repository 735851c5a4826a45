namespace Assay.Models.Conformance;

/// <summary>What a file can become.</summary>
/// <param name="IsExact">True if it compiles to an exact program.</param>
/// <param name="Code">A stable code if not.</param>
/// <param name="Node">The node at fault, if one is.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Message">The program's size, or what is wrong.</param>
/// <param name="Hint">The nearest thing that would work, if there is one.</param>
public sealed record ModelCheckResult(bool IsExact, string? Code, string? Node, string? Operator, string Message, string? Hint);
