using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The check of cosignatures, and the time that they give (spec/receipt.md, "Witnessed time").</summary>
internal static class WitnessChecks
{
    // How far a node's clock may be ahead of a witness's.
    private const long ClockSkewSeconds = 5 * 60;

    /// <summary>Makes the check; the other checks of the log come before. Returns what was found of each witness, if it was looked for.</summary>
    public static WitnessReport? Run(Bundle bundle, VerificationInput input, CheckTable checks)
    {
        string? obstacle = bundle.LogProof is null ? DetailCodes.LogNoProof
            : input.Trust?.Quorum is null ? DetailCodes.LogNoQuorum
            : !checks.Passes(CheckCodes.LogCheckpoint) ? DetailCodes.Unreadable
            : null;
        if (obstacle is not null || SignedNote.TryParse(bundle.LogProof!.Checkpoint.Span, out _) is not { } note)
        {
            checks.Skip(CheckCodes.LogWitnessed, obstacle ?? DetailCodes.Unreadable);
            return null;
        }

        // Rounded up: a cosignature's time is in whole seconds.
        long earliest = (bundle.Envelope.Statement.IssuedAt + 999) / 1000 - ClockSkewSeconds;
        List<WitnessFact> facts = [.. input.Trust!.Witnesses.Select(witness => Find(note, witness, earliest))];
        long? time = input.Trust.QuorumTime(facts.Where(static f => f.Status == WitnessStatus.Cosigned).ToDictionary(static f => f.Name, static f => f.At!.Value.ToUnixTimeSeconds()));
        checks.Set(
            CheckCodes.LogWitnessed,
            time is not null ? null
            : facts.Any(static f => f.Status == WitnessStatus.Bad) ? DetailCodes.LogCosignature
            : facts.Any(static f => f.Status == WitnessStatus.TooEarly) ? DetailCodes.LogCosignedEarly
            : DetailCodes.LogQuorumUnmet);

        // The witnesses saw the checkpoint. That the receipt was in it, the other checks say.
        bool accepted = time is not null && checks.Passes(CheckCodes.LogTrusted) && checks.Passes(CheckCodes.LogInclusion) && checks.Passes(CheckCodes.LogEntry);
        return new WitnessReport(facts, accepted ? DateTimeOffset.FromUnixTimeSeconds(time!.Value) : null);
    }

    // Lines aren't authenticated: whoever hands on a bundle can put one in a witness's name, before or behind the true one.
    // So each is looked at by itself, and a bad one takes nothing away from a good one. Their number is bounded by the note's.
    private static WitnessFact Find(SignedNote note, TrustedWitness witness, long earliest)
    {
        WitnessFact found = new(witness.Name, WitnessStatus.Absent, null);
        foreach (NoteSignature line in note.Signatures)
        {
            CheckResult result = Cosignature.VerifyLine(note, line, witness.Key, out long seconds);
            WitnessStatus status = result == CheckResult.NotEvaluated ? WitnessStatus.Absent
                : result == CheckResult.Fail ? WitnessStatus.Bad
                : seconds < earliest ? WitnessStatus.TooEarly
                : WitnessStatus.Cosigned;
            DateTimeOffset? at = result == CheckResult.Pass ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
            if (status > found.Status || (status == found.Status && at < found.At))
            {
                found = found with { Status = status, At = at };
            }
        }

        return found;
    }
}
