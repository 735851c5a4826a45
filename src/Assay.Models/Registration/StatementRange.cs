namespace Assay.Models.Registration;

/// <summary>The range that an input was declared to keep.</summary>
public sealed record StatementRange(string Input, double Lo, double Hi);
