namespace Assay.Receipts;

/// <summary>One requirement of a policy: this question must be established by this basis.</summary>
public readonly record struct Requirement(Question Question, Basis By);
