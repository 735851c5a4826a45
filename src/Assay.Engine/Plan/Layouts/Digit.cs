namespace Assay.Engine.Plan.Layouts;

/// <summary>
/// One digit of an element's index: it runs from 0 to <paramref name="Length"/> - 1, and each step of it is
/// <paramref name="Stride"/> elements in memory (0: the same element again; negative: backwards).
/// </summary>
internal readonly record struct Digit(int Length, int Stride);
