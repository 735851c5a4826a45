using Assay.Attestation;
using Assay.Files;

namespace Assay.Node.Attesting;

/// <summary>The policy that a node holds itself to, as its operator gave it.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Signed">The signed message that it came in; null if it came as JSON.</param>
internal sealed record AttestationPolicyFile(AttestationPolicy Policy, SignedAttestationPolicy? Signed)
{
    /// <summary>Reads JSON or a signed policy. Whose signature counts, callers decide; the operator believes the file that it gave.</summary>
    /// <exception cref="AttestationException">The file is no policy, or its signature doesn't hold.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    internal static AttestationPolicyFile Read(string path)
    {
        byte[] bytes = OwnerOnlyFile.Read(path, SignedAttestationPolicy.MaxLength);
        if (SignedAttestationPolicy.TryDecode(bytes, out _) is { } signed)
        {
            return signed.Verify() is not { } error ? new AttestationPolicyFile(signed.Policy, signed)
                : throw new AttestationException(AttesterErrors.Policy, $"{path}: the policy's signature doesn't hold ({error}).", "Fetch the policy from its issuer again.");
        }

        return AttestationPolicy.TryRead(bytes, out AttestationPolicyFault? fault) is { } policy
            ? new AttestationPolicyFile(policy, null)
            : throw new AttestationException(AttesterErrors.Policy, $"{path}: no attestation policy ({fault!.Code}{(fault.Path.Length == 0 ? "" : " at " + fault.Path)}).", "docs/tee.md shows one; 'assay attest policy' checks a file.");
    }
}
