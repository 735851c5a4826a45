namespace Assay.Verification.Counters;

/// <summary>Codes of counters, gaps and duplicates (docs/keys.md).</summary>
public static class CounterErrors
{
    /// <summary>A receipt isn't signed as it says, or not by a trusted node: nothing follows from its counter.</summary>
    public const string Unsigned = "counter/unsigned";

    /// <summary>A receipt doesn't show its API key (the leaf <c>parties.api_key</c> is redacted or absent).</summary>
    public const string KeyHidden = "counter/key-hidden";

    /// <summary>A receipt is another key's: it isn't counted.</summary>
    public const string OtherKey = "counter/other-key";

    /// <summary>Counters that no receipt here has.</summary>
    public const string Missing = "counter/missing";

    /// <summary>Two different receipts with one counter: the node gave a number twice.</summary>
    public const string Duplicate = "counter/duplicate";

    /// <summary>A higher counter stands at a lower or the same place in the log.</summary>
    public const string OutOfOrder = "counter/out-of-order";

    /// <summary>Receipts of one node are signed under several key sets.</summary>
    public const string KeySets = "counter/key-sets";

    /// <summary>A receipt proves no place in the log.</summary>
    public const string Unlogged = "counter/unlogged";

    /// <summary>A receipt has a higher counter than the node says that it gave last.</summary>
    public const string BeyondLast = "counter/beyond-last";

    /// <summary>A conflict file's layout.</summary>
    public const string ConflictLayout = "counter/conflict-layout";

    /// <summary>A conflict file's two receipts don't show that one number was given twice.</summary>
    public const string ConflictNone = "counter/conflict-none";
}
