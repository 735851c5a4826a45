using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The check of what peers that replayed say (spec/endorsements.md).</summary>
internal static class PeerChecks
{
    /// <summary>Makes the check; those of the log and of the keys come before. Returns what each endorsement is worth, in the bundle's order.</summary>
    public static IReadOnlyList<EndorsementFact> Run(Bundle bundle, VerificationInput input, IReadOnlyList<KeySet> history, CheckTable checks)
    {
        IReadOnlyDictionary<Digest32, string?> named = Named(input);
        P256PublicKey[] nodeKeys = [.. history.Select(static set => set.ReceiptKey)];
        TeeAppraiser? tee = bundle.Endorsements.Any(static item => item.Endorsement.By == Basis.Tee) ? new TeeAppraiser(bundle, input.Attestation, input.Trust, input.Now) : null;
        List<EndorsementFact> all = [.. bundle.Endorsements.Select(item => EndorsementAppraisal.Appraise(bundle, item, named, nodeKeys, input.Signatures, tee))];
        EndorsementFact[] facts = [.. all.Where(static fact => !fact.IsByTee && !fact.IsBySettlement)];
        if (facts.Any(static fact => fact.Refutes))
        {
            checks.Fail(CheckCodes.ReplayPeers, DetailCodes.PeerRefuted);
        }
        else if (facts.Any(static fact => fact.Establishes))
        {
            checks.Pass(CheckCodes.ReplayPeers);
        }
        else
        {
            checks.Skip(
                CheckCodes.ReplayPeers,
                facts.Length == 0 ? DetailCodes.NoEndorsement
                : facts.Any(static fact => fact.Status == EndorsementStatus.NotNamed) ? DetailCodes.PeerNotNamed
                : DetailCodes.PeerUseless);
        }

        return all;
    }

    // The verifier's own word only: the receipt's policy was signed by the operator, who could have named itself in it.
    private static Dictionary<Digest32, string?> Named(VerificationInput input)
    {
        Dictionary<Digest32, string?> named = [];
        foreach (TrustedParty replayer in input.Trust?.Replayers ?? [])
        {
            named[replayer.Key.Thumbprint()] = replayer.Name;
        }

        foreach (Digest32 peer in new[] { input.Policy, input.AskedPolicy }.SelectMany(static policy => policy?.Requirements ?? []).SelectMany(static requirement => requirement.Peers))
        {
            named.TryAdd(peer, null);
        }

        return named;
    }
}
