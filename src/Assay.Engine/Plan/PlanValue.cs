using Assay.Engine.Plan.Layouts;

namespace Assay.Engine.Plan;

/// <summary>A value of the program as it is stored.</summary>
/// <param name="Buffer">The buffer that its elements are in, perhaps among others.</param>
/// <param name="Layout">Where they are there.</param>
internal sealed record PlanValue(ArenaBuffer Buffer, Layout Layout);
