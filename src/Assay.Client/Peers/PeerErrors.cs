namespace Assay.Client;

/// <summary>
/// Why a peer's answer isn't there or shows nothing: stable codes (docs/errors.md). Besides these: the peer's own
/// (<c>replay/…</c>) where it refused, and <c>endorsement/…</c> (spec/endorsements.md) where its endorsement doesn't count.
/// </summary>
public static class PeerErrors
{
    /// <summary>It took too long.</summary>
    public const string Late = "peer/late";

    /// <summary>Nothing answers there, or the connection broke.</summary>
    public const string Unreachable = "peer/unreachable";

    /// <summary>It refused with something other than a code; its HTTP status follows.</summary>
    public const string Http = "peer/http-";

    /// <summary>It answered something that can't be read, or too much.</summary>
    public const string Answer = "peer/answer";

    /// <summary>Its commitment isn't signed by its key.</summary>
    public const string Commitment = "peer/commitment-signature";

    /// <summary>Its commitment is for another receipt.</summary>
    public const string OtherReceipt = "peer/other-receipt";

    /// <summary>It endorsed on another commitment than the one that it gave before it saw the outputs.</summary>
    public const string OtherCommitment = "peer/other-commitment";

    /// <summary>Its endorsement is by another key.</summary>
    public const string OtherKey = "peer/other-key";

    /// <summary>It kept the salt of its digests to itself, so nobody can hold them against inputs and outputs.</summary>
    public const string NoOpening = "peer/no-opening";
}
