namespace Assay.Receipts;

/// <summary>What a receipt is a statement of (key 10).</summary>
public enum ReceiptPhase
{
    /// <summary>A stream that isn't finished. Not issued in this version.</summary>
    Progress = 0,

    /// <summary>A finished answer.</summary>
    Final = 1,

    /// <summary>An answer that was broken off. Not issued in this version.</summary>
    Abort = 2,
}
