namespace Assay.Engine.Plan.Steps;

/// <summary>What is made of the elements along an axis.</summary>
internal enum ReduceStepKind
{
    Sum,
    Max,
    Length,
}
