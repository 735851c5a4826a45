using System.Collections.Immutable;
using Assay.Attestation;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>
/// Appraises the evidence of endorsements by tee for one receipt (spec/attestation.md, "Time" and "In a receipt"): the policies,
/// collateral and words about platforms that count there are the same for all of its endorsements. What comes with the receipt is
/// anybody's choice, so it is believed by its signatures only, and counts as absent where it can't be read.
/// </summary>
public sealed class TeeAppraiser
{
    /// <summary>How far the endorsement's time may be from the receipt's: it is made before the answer leaves.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly Bundle _bundle;
    private readonly ImmutableArray<AttestationPolicy> _policies;
    private readonly IReadOnlyList<PlatformEndorsement> _platforms;
    private readonly CollateralSet _collateral;
    private readonly TrustAnchors _anchors;
    private readonly AppraisalTimes _times;

    /// <summary>Puts together what counts for this receipt.</summary>
    /// <param name="bundle">The receipt with its material.</param>
    /// <param name="attestation">What the verifier brings itself.</param>
    /// <param name="trust">Whose signed policies and words about platforms count; null: nobody's.</param>
    /// <param name="now">The verifier's clock: up to when statements about platforms are heard.</param>
    public TeeAppraiser(Bundle bundle, AttestationTrust attestation, TrustFile? trust, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(attestation);
        AttestationMaterial material = bundle.Material is { } bytes && AttestationMaterial.TryDecode(bytes, out _) is { } read ? read : AttestationMaterial.Empty;
        PolicyIssuer[] issuers = [.. (trust?.PolicyIssuers ?? []).Select(static line => new PolicyIssuer(line.Thumbprint, line.LeastVersion))];
        HashSet<Digest32> endorsers = [.. (trust?.PlatformEndorsers ?? []).Select(static line => line.Thumbprint)];
        _bundle = bundle;
        _policies = PolicySelection.Select(attestation.Policies, attestation.SignedPolicies.Concat(material.Policies), issuers);
        _platforms = [.. attestation.PlatformEndorsements.Concat(material.PlatformEndorsements).Where(word => endorsers.Contains(word.Issuer.Thumbprint()))];
        _collateral = attestation.Collateral.Join(material.Collateral);
        _anchors = attestation.Anchors;
        _times = new AppraisalTimes(DateTimeOffset.FromUnixTimeMilliseconds(bundle.Envelope.Statement.IssuedAt), now);
    }

    /// <summary>What an endorsement by tee is worth, whose signature, receipt, issuer, questions and log proof are in order.</summary>
    internal (EndorsementStatus Status, Appraisal? Appraisal) Appraise(AttachedEndorsement item)
    {
        Endorsement endorsement = item.Endorsement;
        if (item.Evidence is not { } bytes || Digest32.Sha256(bytes.Span) != endorsement.Evidence || AttestationEvidence.TryDecode(bytes, out _) is not { } evidence)
        {
            return (EndorsementStatus.Evidence, null);
        }

        if ((DateTimeOffset.FromUnixTimeMilliseconds(endorsement.At) - _times.At).Duration() > ClockSkew)
        {
            return (EndorsementStatus.Time, null);
        }

        Appraisal appraisal = Appraiser.Appraise(new AppraisalInput
        {
            Evidence = evidence,
            Policies = _policies,
            Times = _times,
            Collateral = _collateral,
            PlatformEndorsements = _platforms,
            Anchors = _anchors,
            Expected = new BindingExpectation { Key = endorsement.Issuer, Node = _bundle.KeySet.Digest },
        });

        // Nothing can have come encrypted to a key that the evidence hasn't got.
        bool overstates = endorsement.Questions.Contains(Question.OperatorRead) && appraisal.Binding is not { KeyConfig.IsEmpty: false };
        EndorsementStatus status = _policies.IsEmpty ? EndorsementStatus.NoPolicy
            : appraisal.Outcome != AppraisalOutcome.Accepted || overstates ? EndorsementStatus.Attestation
            : EndorsementStatus.Counts;
        return (status, appraisal);
    }
}
