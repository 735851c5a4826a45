using Assay.Primitives.Cose;

namespace Assay.Verification;

/// <summary>Somebody whose signed statements count.</summary>
/// <param name="Name">Its name in the trust file.</param>
/// <param name="Key">Its P-256 key.</param>
public sealed record TrustedParty(string Name, P256PublicKey Key);
