namespace Assay.Client;

/// <summary>Stable codes of what a client finds wrong with an answer that its receipt alone doesn't show (docs/errors.md).</summary>
public static class ChatClientCodes
{
    /// <summary>The answer has no receipt, or the node doesn't give it out.</summary>
    public const string NoReceipt = "client/no-receipt";

    /// <summary>The receipt was already an earlier answer's.</summary>
    public const string ReceiptUsed = "client/receipt-used";

    /// <summary>The receipt was issued well before the request was sent.</summary>
    public const string ReceiptOld = "client/receipt-old";

    /// <summary>Under first use: signed by other keys than the answers before.</summary>
    public const string KeysChanged = "client/keys-changed";

    /// <summary>Request or answer weren't compared with the receipt, so they may be anybody's.</summary>
    public const string NotCompared = "client/not-compared";

    /// <summary>A stream isn't what the node signed while it came.</summary>
    public const string StreamContradicted = "client/stream-contradicted";

    /// <summary>Another request was sent than was made: a client in between changed it.</summary>
    public const string RequestDiffers = "client/request-differs";

    /// <summary>What was shown while it came isn't what was checked.</summary>
    public const string ProvisionalDiffers = "client/provisional-differs";

    /// <summary>An answer of another form than was asked for: a stream in place of a body, or the reverse.</summary>
    public const string Form = "client/form";

    /// <summary>What came can't be read as a stream, or is too long.</summary>
    public const string Unreadable = "client/unreadable";
}
