using System.Collections.Immutable;

namespace Assay.Models.Conformance;

/// <summary>What became of one of ONNX's conformance models.</summary>
/// <param name="Suite">The folder of the suite, such as "node".</param>
/// <param name="Name">The model's folder.</param>
/// <param name="Operators">Its operators, sorted, also those of subgraphs.</param>
/// <param name="InScope">True if every one of them can be imported in some form.</param>
/// <param name="Form">How it agreed, or what was tried last: which inputs were computed and which bound to their test values.</param>
/// <param name="FloatAgrees">True if the imported float graph gives the expected outputs.</param>
/// <param name="ExactAgrees">True if the exact program does, within the stated error.</param>
/// <param name="Code">Where it doesn't agree: a stable code, or "differs".</param>
/// <param name="Message">In words.</param>
/// <param name="Error">The exact program's largest error as a share of what is allowed; NaN if it wasn't run.</param>
public sealed record ConformanceOutcome(
    string Suite, string Name, ImmutableArray<string> Operators, bool InScope, string Form, bool FloatAgrees, bool ExactAgrees, string? Code, string? Message, double Error);
