namespace Assay.Verification;

/// <summary>Codes of findings about a history (docs/errors.md).</summary>
public static class HistoryCodes
{
    /// <summary>The bytes aren't a history.</summary>
    public const string Unreadable = "history/unreadable";

    /// <summary>It has no configuration: nothing is signed.</summary>
    public const string Empty = "history/empty";

    /// <summary>It isn't all that was asked for: it begins elsewhere, or ends before the last configuration.</summary>
    public const string Part = "history/part";

    /// <summary>Numbers don't ascend.</summary>
    public const string Order = "history/order";

    /// <summary>Two numbers have the same configuration.</summary>
    public const string Same = "history/same-configuration";

    /// <summary>The receipts are of different nodes.</summary>
    public const string Node = "history/node-differs";

    /// <summary>A configuration's receipt can't be read.</summary>
    public const string ReceiptUnreadable = "history/receipt-unreadable";

    /// <summary>A configuration's receipt was altered.</summary>
    public const string ReceiptAltered = "history/receipt-altered";

    /// <summary>Whose receipt it is isn't trusted.</summary>
    public const string ReceiptUntrusted = "history/receipt-untrusted";

    /// <summary>A configuration's receipt is of another application, or of another number.</summary>
    public const string Lineage = "history/lineage-differs";

    /// <summary>A leaf of the configuration isn't shown, or can't be read.</summary>
    public const string NotShown = "history/not-shown";

    /// <summary>The content isn't the one that the receipts name.</summary>
    public const string Content = "history/content-differs";

    /// <summary>The node's <c>asOf</c> isn't when it was fetched.</summary>
    public const string Stale = "history/stale";

    /// <summary>The history has no configuration of a receipt's number.</summary>
    public const string NumberMissing = "history/number-missing";

    /// <summary>A receipt's leaves are another configuration than the one that the history has under its number.</summary>
    public const string ConfigurationDiffers = "history/configuration-differs";

    /// <summary>There are more receipts of a number than the node says.</summary>
    public const string Count = "history/count";

    /// <summary>The receipt is that configuration's.</summary>
    public const string Held = "history/held";

    /// <summary>The receipt can't be held against this history; the sentence says why.</summary>
    public const string NotHeld = "history/not-held";
}
