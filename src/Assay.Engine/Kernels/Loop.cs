namespace Assay.Engine.Kernels;

/// <summary>
/// One loop of a nest over the elements of a result <c>Y</c> and of the operands that meet there: its length, and what each of
/// them advances by, in int16 elements.
/// </summary>
internal unsafe struct Loop
{
    public int Length;
    public int Y;
    public int A;
    public int B;
    public int C;

    /// <summary>Instead of steps of <see cref="A"/>: where the first operand is at each turn. Null for steps.</summary>
    public int* Places;

    /// <summary>Where the first operand is at a turn.</summary>
    public readonly nint PlaceOf(int turn) => Places is null ? (nint)turn * A : Places[turn];
}
