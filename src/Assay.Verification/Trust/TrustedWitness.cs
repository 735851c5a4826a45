using Assay.Primitives.Notes;

namespace Assay.Verification;

/// <summary>A witness whose cosignatures count.</summary>
/// <param name="Name">Its name in the trust file, which may differ from the key's.</param>
/// <param name="Key">Its cosignature key.</param>
/// <param name="Url">Where it can be reached, if the file says.</param>
public sealed record TrustedWitness(string Name, CosignatureKey Key, string? Url);
