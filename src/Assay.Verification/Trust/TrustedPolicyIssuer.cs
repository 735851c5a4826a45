using Assay.Primitives;

namespace Assay.Verification;

/// <summary>Somebody whose signed policies for evidence count.</summary>
/// <param name="Name">Its name in the trust file.</param>
/// <param name="Thumbprint">COSE thumbprint of its P-256 key (RFC 9679).</param>
/// <param name="LeastVersion">Policies of lower versions don't count; 1 if the file doesn't say.</param>
public sealed record TrustedPolicyIssuer(string Name, Digest32 Thumbprint, ulong LeastVersion);
