namespace Assay.Attestation;

/// <summary>A piece of collateral that evidence lacks, and where its vendor gives it out.</summary>
/// <param name="What">What it is, in a clause for people.</param>
/// <param name="Url">Where to get it; empty where no address has it.</param>
/// <param name="FileName">A name for the file whose ending says what it is.</param>
public sealed record CollateralNeed(string What, string Url, string FileName);
