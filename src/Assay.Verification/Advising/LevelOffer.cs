using Assay.Receipts;

namespace Assay.Verification.Advising;

/// <summary>What one level costs on one model, as a node measured it.</summary>
/// <param name="Level">The level.</param>
/// <param name="Available">Whether the node can meet it for the model today.</param>
/// <param name="Milliseconds">Measured time that the level adds until its evidence is there, in milliseconds; null if never measured.</param>
/// <param name="Price">Price for one request in US dollars.</param>
public sealed record LevelOffer(VerificationLevel Level, bool Available, double? Milliseconds, decimal Price);
