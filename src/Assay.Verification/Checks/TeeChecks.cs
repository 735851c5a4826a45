namespace Assay.Verification;

/// <summary>
/// The check of attested hardware (spec/receipt.md). It passes or isn't evaluated, and never fails: nobody signs which endorsements a
/// bundle has, so one that doesn't hold counts as absent.
/// </summary>
internal static class TeeChecks
{
    /// <summary>Makes the check; the endorsements were appraised before.</summary>
    public static void Run(IReadOnlyList<EndorsementFact> endorsements, CheckTable checks)
    {
        const string Code = CheckCodes.TeeAppraised;
        EndorsementFact[] facts = [.. endorsements.Where(static fact => fact.IsByTee)];
        bool Any(EndorsementStatus status) => facts.Any(fact => fact.Status == status);
        if (Any(EndorsementStatus.Counts))
        {
            checks.Pass(Code);
        }
        else
        {
            checks.Skip(
                Code,
                facts.Length == 0 ? DetailCodes.TeeNoEndorsement
                : Any(EndorsementStatus.Attestation) ? DetailCodes.TeeNotAccepted
                : Any(EndorsementStatus.NoPolicy) ? DetailCodes.TeeNoPolicy
                : DetailCodes.TeeUseless);
        }
    }
}
