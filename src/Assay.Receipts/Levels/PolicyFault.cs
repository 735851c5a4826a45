namespace Assay.Receipts;

/// <summary>Why a text isn't a policy.</summary>
/// <param name="Code">One of <see cref="PolicyErrors"/>.</param>
/// <param name="Path">The member at fault, as in <c>/require/0/by/1</c>; empty for the whole document.</param>
public sealed record PolicyFault(string Code, string Path);
