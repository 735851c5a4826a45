using Assay.Primitives;

namespace Assay.Verification;

/// <summary>Somebody whose word about who holds a machine counts.</summary>
/// <param name="Name">Its name in the trust file.</param>
/// <param name="Thumbprint">COSE thumbprint of its P-256 key (RFC 9679).</param>
public sealed record TrustedPlatformEndorser(string Name, Digest32 Thumbprint);
