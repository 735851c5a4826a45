namespace Assay.Node.Witnessing;

/// <summary>Why a witness's cosignature isn't there: stable codes at <c>/v1/witnesses</c> and in the node's warnings.</summary>
internal static class SubmissionErrors
{
    /// <summary>Nothing answers there, or not in HTTP.</summary>
    public const string Unreachable = "witness/unreachable";

    /// <summary>It took too long.</summary>
    public const string Timeout = "witness/timeout";

    /// <summary>It answered something that the protocol doesn't have.</summary>
    public const string Reply = "witness/reply";

    /// <summary>It refuses this log: unknown to it, or by another key.</summary>
    public const string Refused = "witness/refused";

    /// <summary>It says that the proof from what it cosigned doesn't hold: the log was rolled back and has grown again, or the witness is at fault.</summary>
    public const string Inconsistent = "witness/inconsistent";

    /// <summary>It has cosigned more entries than the log has: the log was rolled back, or the witness is at fault.</summary>
    public const string RolledBack = "witness/rolled-back";

    /// <summary>What it sent isn't a cosignature by its key over the checkpoint that was submitted.</summary>
    public const string BadCosignature = "witness/bad-cosignature";

    /// <summary>The cosignature was good and can't be kept.</summary>
    public const string Storage = "witness/storage";
}
