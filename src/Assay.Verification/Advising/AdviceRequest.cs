namespace Assay.Verification.Advising;

/// <summary>What the person asking says.</summary>
/// <param name="Threats">What must not go unnoticed; at least one.</param>
/// <param name="Value">What a wrong answer would cost, in US dollars; null if unsaid.</param>
/// <param name="MaximumMilliseconds">Longest acceptable time until the evidence is there; null: any.</param>
/// <param name="MaximumPrice">Highest acceptable price a request in US dollars; null: any.</param>
public sealed record AdviceRequest(IReadOnlyList<Threat> Threats, decimal? Value, double? MaximumMilliseconds, decimal? MaximumPrice);
