namespace Assay.Engine.Plan;

/// <summary>A value of the program as it is stored: row-major, or channels last where a convolution or pool made it.</summary>
/// <param name="Buffer">Its elements.</param>
/// <param name="Image">The axes if it is stored channels last (whatever the value's shape has become since), or null.</param>
internal sealed record PlanValue(ArenaBuffer Buffer, ImageShape? Image);
