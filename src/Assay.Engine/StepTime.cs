namespace Assay.Engine;

/// <summary>What one step of a compiled model costs.</summary>
/// <param name="Step">What it does, in a word: <c>gemm</c>, <c>depthwise</c>, <c>copy</c>.</param>
/// <param name="Value">The program's value that it computes or prepares.</param>
/// <param name="MultiplyAdds">Per item, by the program's words; 0 for a step that only prepares another one.</param>
/// <param name="Microseconds">Per item: the shortest of all rounds.</param>
public sealed record StepTime(string Step, int Value, long MultiplyAdds, double Microseconds);
