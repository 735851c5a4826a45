namespace Assay.Receipts;

/// <summary>
/// Fills the destination with fresh random bytes, from a cryptographic generator. Salts keep short values from being guessed
/// and are never used twice; <c>RandomNumberGenerator.Fill</c> fits.
/// </summary>
public delegate void SaltSource(Span<byte> destination);
