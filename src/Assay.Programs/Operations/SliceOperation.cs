using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>
/// <c>y[i_0,..] = x[start_0 + i_0*step_0, ..]</c>. A step of 0 repeats one place (expand), a negative one goes backwards.
/// </summary>
/// <param name="X">Operand.</param>
/// <param name="Starts">One per axis.</param>
/// <param name="Steps">One per axis, -65535 to 65535; every place that is read exists.</param>
/// <param name="Result">Shape of as many axes as the operand; its range.</param>
public sealed record SliceOperation(int X, ImmutableArray<int> Starts, ImmutableArray<int> Steps, TensorType Result) : Operation(Result);
