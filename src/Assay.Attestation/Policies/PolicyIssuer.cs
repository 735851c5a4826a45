using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>Somebody whose signed policies an appraiser believes: a <c>policy-issuer</c> line of a trust file.</summary>
/// <param name="Thumbprint">The issuer key's thumbprint (RFC 9679).</param>
/// <param name="LeastVersion">Policies of a lower version don't count.</param>
public sealed record PolicyIssuer(Digest32 Thumbprint, ulong LeastVersion = 1);
