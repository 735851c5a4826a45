namespace Assay.Receipts;

/// <summary>What a receipt is a statement of (key 10).</summary>
public enum ReceiptPhase
{
    /// <summary>A stream that isn't finished (spec/chat.md, "Progress receipt"); never logged.</summary>
    Progress = 0,

    /// <summary>A finished answer.</summary>
    Final = 1,

    /// <summary>A stream that was broken off.</summary>
    Abort = 2,
}
