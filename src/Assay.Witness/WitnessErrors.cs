namespace Assay.Witness;

/// <summary>Stable codes of a witness: the first word of a refusal's body, and of <see cref="InvalidDataException"/>s when it starts.</summary>
public static class WitnessErrors
{
    /// <summary>The checkpoint isn't one (400); the body as a whole: <c>witness/request</c>.</summary>
    public const string Checkpoint = "witness/checkpoint";

    /// <summary>The old size is above the checkpoint's (400).</summary>
    public const string OldSize = "witness/old-size";

    /// <summary>This witness isn't told to watch that log (404).</summary>
    public const string UnknownLog = "witness/unknown-log";

    /// <summary>No signature by a key of that log, or a bad one (403).</summary>
    public const string Signature = "witness/signature";

    /// <summary>The checkpoint doesn't extend the one that was cosigned last, as far as the proof shows (422).</summary>
    public const string Proof = "witness/proof";

    /// <summary>The log has signed two histories (422). The proof is published at <c>/forks</c>.</summary>
    public const string Fork = "witness/fork";

    /// <summary>What the witness cosigned can't be written to disk; it answers nothing for this log until it is started again (500).</summary>
    public const string Storage = "witness/storage";

    /// <summary>A file in the witness's folder isn't what the witness wrote.</summary>
    public const string State = "witness/state";

    /// <summary>The folder belongs to a witness of another name.</summary>
    public const string Name = "witness/name";
}
