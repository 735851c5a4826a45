namespace Assay.Attestation;

/// <summary>One piece of collateral.</summary>
/// <param name="Kind">What it is said to be.</param>
/// <param name="Bytes">Its bytes, not looked into.</param>
public sealed record CollateralItem(CollateralKind Kind, ReadOnlyMemory<byte> Bytes);
