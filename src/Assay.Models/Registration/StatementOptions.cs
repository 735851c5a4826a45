namespace Assay.Models.Registration;

/// <summary>What the compiler was told.</summary>
/// <param name="ActivationBits">Starting bits of activations.</param>
/// <param name="WeightBits">Starting bits of weights.</param>
/// <param name="FidelityTarget">The mean relative error asked for, if one was.</param>
/// <param name="Narrow">Whether narrowing was allowed.</param>
/// <param name="InputRule">"clamp" or "refuse".</param>
public sealed record StatementOptions(int ActivationBits, int WeightBits, double? FidelityTarget, bool Narrow, string InputRule);
