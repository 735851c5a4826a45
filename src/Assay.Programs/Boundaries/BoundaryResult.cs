namespace Assay.Programs;

/// <summary>How a conversion to integers went.</summary>
/// <param name="Error">Null, <c>boundary/not-finite</c> or <c>boundary/out-of-range</c>.</param>
/// <param name="Position">Index of the refused element; -1 without an error.</param>
/// <param name="Clamped">Elements that were moved to an end of the range; part of the execution's transcript.</param>
public readonly record struct BoundaryResult(string? Error, int Position, int Clamped);
