using System.Security.Cryptography;
using Assay.Attestation;
using Assay.Ohttp;
using Assay.Primitives;
using Assay.Verification;

namespace Assay.Client;

/// <summary>Appraises a node's evidence for a nonce of our own, as verifiers do for receipts, and takes the key out of it.</summary>
internal sealed class EvidenceAppraiser(ConfidentialOptions options, TimeProvider time)
{
    private const int NonceLength = 32;

    internal static byte[] NewNonce() => RandomNumberGenerator.GetBytes(NonceLength);

    /// <summary>The key in a file of evidence.</summary>
    /// <exception cref="NodeException">The file can't be read, isn't accepted, or binds no key.</exception>
    internal AppraisedKey Appraise(byte[] bytes, byte[] nonce)
    {
        AttestationFile file = AttestationFile.TryDecode(bytes, out string? error)
            ?? throw Refused(ConfidentialErrors.NoEvidence, $"The node's evidence can't be read ({error}). Nothing was sent.", "");
        PolicyIssuer[] issuers = [.. (options.Trust?.PolicyIssuers ?? []).Select(static line => new PolicyIssuer(line.Thumbprint, line.LeastVersion))];
        HashSet<Digest32> endorsers = [.. (options.Trust?.PlatformEndorsers ?? []).Select(static line => line.Thumbprint)];
        AttestationTrust own = options.Attestation;
        DateTimeOffset now = time.GetUtcNow();
        Appraisal appraisal = Appraiser.Appraise(new AppraisalInput
        {
            Evidence = file.Evidence,
            Policies = PolicySelection.Select(own.Policies, own.SignedPolicies.Concat(file.Material.Policies), issuers),
            Times = AppraisalTimes.Of(now),
            Collateral = own.Collateral.Join(file.Material.Collateral),
            PlatformEndorsements = [.. own.PlatformEndorsements.Concat(file.Material.PlatformEndorsements).Where(word => endorsers.Contains(word.Issuer.Thumbprint()))],
            Anchors = own.Anchors,
            Expected = new BindingExpectation { Nonce = nonce, Node = options.Node },
        });
        if (appraisal is not { Outcome: AppraisalOutcome.Accepted, Binding: { } binding })
        {
            throw Refused(
                ConfidentialErrors.NotAccepted,
                $"Your policy doesn't accept the node's evidence ({appraisal.Reason}). Nothing was sent.",
                "assay attest verify shows each step. Send it without --confidential only if anybody may read it.");
        }

        if (binding.KeyConfig.IsEmpty)
        {
            throw Refused(ConfidentialErrors.NoKey, "The node's evidence binds no key for confidential requests. Nothing was sent.", "");
        }

        OhttpKeyConfig config = OhttpKeyConfig.TryDecode(binding.KeyConfig.Span, out error)
            ?? throw Refused(error!, "The key that the node's evidence binds can't be used. Nothing was sent.", "");
        return new AppraisedKey(config, appraisal, now + options.KeyLifetime);
    }

    private static NodeException Refused(string code, string message, string nearest) => new(0, code, message, nearest, []);
}
