using Assay.Receipts;

namespace Assay.Verification.Advising;

/// <summary>
/// The table behind <c>assay advise</c>: which level covers which threat, and why. docs/levels.md prints it, and a test
/// keeps the two equal.
/// </summary>
public static class CoverageTable
{
    /// <summary>One cell.</summary>
    /// <param name="Threat">The row.</param>
    /// <param name="Level">The column.</param>
    /// <param name="Coverage">How far.</param>
    /// <param name="Because">One clause that says why.</param>
    public sealed record Cell(Threat Threat, VerificationLevel Level, Coverage Coverage, string Because);

    /// <summary>Every cell, by threat, then by level.</summary>
    public static IReadOnlyList<Cell> Cells { get; } =
    [
        new(Threat.ModelSwap, VerificationLevel.Signed, Coverage.Open, "the operator only says which model ran"),
        new(Threat.ModelSwap, VerificationLevel.Replay, Coverage.Covered, "another model gives other bytes when someone re-runs the input"),
        new(Threat.ModelSwap, VerificationLevel.Tee, Coverage.Covered, "attested hardware names the build that loads the model"),
        new(Threat.ModelSwap, VerificationLevel.Zk, Coverage.Covered, "the proof is about one model's identity"),
        new(Threat.InputChange, VerificationLevel.Signed, Coverage.Partly, "you see what the operator signed as your request, not what the model was given"),
        new(Threat.InputChange, VerificationLevel.Replay, Coverage.Covered, "the re-run uses the input that you sent"),
        new(Threat.InputChange, VerificationLevel.Tee, Coverage.Covered, "the attested build signs the input that it ran"),
        new(Threat.InputChange, VerificationLevel.Zk, Coverage.Covered, "the proof is about the input that you sent"),
        new(Threat.OutputChange, VerificationLevel.Signed, Coverage.Partly, "a change after signing shows; one before it doesn't"),
        new(Threat.OutputChange, VerificationLevel.Replay, Coverage.Covered, "the re-run must give the same bytes"),
        new(Threat.OutputChange, VerificationLevel.Tee, Coverage.Covered, "the attested build signs the output that it made"),
        new(Threat.OutputChange, VerificationLevel.Zk, Coverage.Covered, "exactly one output has a proof"),
        new(Threat.Denial, VerificationLevel.Signed, Coverage.Covered, "the operator's signature and log entry stay"),
        new(Threat.Denial, VerificationLevel.Replay, Coverage.Covered, "includes signed"),
        new(Threat.Denial, VerificationLevel.Tee, Coverage.Covered, "includes signed"),
        new(Threat.Denial, VerificationLevel.Zk, Coverage.Covered, "includes signed"),
        new(Threat.Equivocation, VerificationLevel.Signed, Coverage.Partly, "the log is append-only; without witnesses it could still be shown in two versions"),
        new(Threat.Equivocation, VerificationLevel.Replay, Coverage.Partly, "as with signed; but two answers for one input can't both replay"),
        new(Threat.Equivocation, VerificationLevel.Tee, Coverage.Partly, "as with signed"),
        new(Threat.Equivocation, VerificationLevel.Zk, Coverage.Partly, "as with signed; but two answers for one input can't both be proved"),
        new(Threat.InputReading, VerificationLevel.Signed, Coverage.Open, "the operator reads everything"),
        new(Threat.InputReading, VerificationLevel.Replay, Coverage.Open, "the operator, and who replays, read everything"),
        new(Threat.InputReading, VerificationLevel.Tee, Coverage.Covered, "a request that is encrypted to the attested key is opened inside only; others aren't covered"),
        new(Threat.InputReading, VerificationLevel.Zk, Coverage.Open, "a proof of integrity hides nothing from the prover"),
        new(Threat.KeyTheft, VerificationLevel.Signed, Coverage.Open, "the thief signs as the node"),
        new(Threat.KeyTheft, VerificationLevel.Replay, Coverage.Partly, "a wrong answer still fails the re-run; who answered is open"),
        new(Threat.KeyTheft, VerificationLevel.Tee, Coverage.Partly, "the key never leaves attested hardware; other keys of the node may"),
        new(Threat.KeyTheft, VerificationLevel.Zk, Coverage.Partly, "a wrong answer still has no proof; who answered is open"),
        new(Threat.HardwareAccess, VerificationLevel.Signed, Coverage.Open, "whoever holds the machine is the operator"),
        new(Threat.HardwareAccess, VerificationLevel.Replay, Coverage.Covered, "the re-run happens on another machine (this doesn't keep the input secret)"),
        new(Threat.HardwareAccess, VerificationLevel.Tee, Coverage.Open, "attested hardware doesn't withstand physical attacks"),
        new(Threat.HardwareAccess, VerificationLevel.Zk, Coverage.Covered, "a proof doesn't depend on the machine (this doesn't keep the input secret)"),
    ];

    /// <summary>The stable code of a threat.</summary>
    public static string Code(Threat threat) => threat switch
    {
        Threat.ModelSwap => "model-swap",
        Threat.InputChange => "input-change",
        Threat.OutputChange => "output-change",
        Threat.Denial => "denial",
        Threat.Equivocation => "equivocation",
        Threat.InputReading => "input-reading",
        Threat.KeyTheft => "key-theft",
        Threat.HardwareAccess => "hardware-access",
        _ => throw new ArgumentOutOfRangeException(nameof(threat)),
    };

    /// <summary>Reads a threat's code.</summary>
    public static bool TryParse(string code, out Threat threat)
    {
        foreach (Threat candidate in Enum.GetValues<Threat>())
        {
            if (Code(candidate) == code)
            {
                threat = candidate;
                return true;
            }
        }

        threat = default;
        return false;
    }

    /// <summary>The best cell of a threat for a level: joined levels mean all of them, and each includes <c>signed</c>.</summary>
    public static Cell Best(Threat threat, VerificationLevel level)
    {
        Cell? best = null;
        foreach (Cell cell in Cells)
        {
            if (cell.Threat == threat && level.AtLeast(cell.Level) && (best is null || cell.Coverage > best.Coverage))
            {
                best = cell;
            }
        }

        return best!;
    }
}
