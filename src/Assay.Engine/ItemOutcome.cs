using Assay.Programs;

namespace Assay.Engine;

/// <summary>How one item of a batch passed the boundary from binary32 to integers.</summary>
/// <param name="Refusal">Why it was refused. A refused item's outputs are zero.</param>
/// <param name="Input">Number of the input that was refused; -1 if none was.</param>
/// <param name="Position">Index of the refused element in that input; -1 if none was.</param>
/// <param name="Clamped">Elements that were moved to an end of their input's range; 0 for a refused item.</param>
public readonly record struct ItemOutcome(BoundaryRefusal Refusal, int Input, int Position, int Clamped)
{
    /// <summary>Null, <c>boundary/not-finite</c> or <c>boundary/out-of-range</c>.</summary>
    public string? Error => Refusal switch
    {
        BoundaryRefusal.NotFinite => ProgramErrorCodes.NotFinite,
        BoundaryRefusal.OutOfRange => ProgramErrorCodes.OutOfRange,
        _ => null,
    };
}
