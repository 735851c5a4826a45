using Assay.Primitives;

namespace Assay.Verification;

/// <summary>Somebody whose signed statements about models count.</summary>
/// <param name="Name">Its name in the trust file.</param>
/// <param name="Thumbprint">COSE thumbprint of its P-256 key (RFC 9679).</param>
public sealed record TrustedPublisher(string Name, Digest32 Thumbprint);
