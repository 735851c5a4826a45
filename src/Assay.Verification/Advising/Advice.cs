namespace Assay.Verification.Advising;

/// <summary>The answer to an <see cref="AdviceRequest"/>.</summary>
/// <param name="Recommended">The cheapest level that covers the most, available or not.</param>
/// <param name="AvailableNow">The best level that the node can meet today.</param>
/// <param name="All">Every level, cheapest first.</param>
/// <param name="Warnings">What the person should know before choosing.</param>
public sealed record Advice(LevelAdvice Recommended, LevelAdvice AvailableNow, IReadOnlyList<LevelAdvice> All, IReadOnlyList<string> Warnings);
