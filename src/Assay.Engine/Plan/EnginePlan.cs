namespace Assay.Engine.Plan;

/// <summary>A model compiled for one path: what a worker runs over its arena, in order.</summary>
/// <param name="Steps">Kernel calls.</param>
/// <param name="Inputs">Where the program's inputs go, row-major.</param>
/// <param name="Outputs">Where its outputs are afterwards, row-major.</param>
/// <param name="ItemsPerTile">Items that an arena holds and a pass over the steps handles.</param>
/// <param name="ArenaElements">int16 elements of an arena.</param>
/// <param name="Work">Multiply-adds per item, padding of vectors not counted.</param>
/// <param name="Values">Where every value is afterwards, if values are kept; else empty.</param>
internal sealed record EnginePlan(
    Step[] Steps, ArenaBuffer[] Inputs, ArenaBuffer[] Outputs, int ItemsPerTile, long ArenaElements, long Work, KeptValue[] Values);
