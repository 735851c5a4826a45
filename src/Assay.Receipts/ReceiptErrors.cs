namespace Assay.Receipts;

/// <summary>
/// Error codes of the readers in this project. A reader also passes on the codes of the CBOR reader (<c>cbor/…</c>).
/// Each code names the part that couldn't be read and what is wrong with it.
/// </summary>
public static class ReceiptErrors
{
    /// <summary>The statement hasn't the fixed 203-byte layout, or another profile.</summary>
    public const string StatementLayout = "statement/layout";

    /// <summary>Issued-at is later than the year 9999.</summary>
    public const string StatementIssuedAt = "statement/issued-at";

    /// <summary>The key counter is zero.</summary>
    public const string StatementCounter = "statement/counter";

    /// <summary>The level source is none of the four.</summary>
    public const string StatementLevelSource = "statement/level-source";

    /// <summary>The phase is none of the three.</summary>
    public const string StatementPhase = "statement/phase";

    /// <summary>The batch head hasn't the fixed 97-byte layout, or another profile.</summary>
    public const string HeadLayout = "batch/head";

    /// <summary>Index, size or path length out of bounds, or a path entry that isn't 32 bytes.</summary>
    public const string EnvelopePath = "envelope/path";

    /// <summary>The COSE_Sign1 is longer than allowed.</summary>
    public const string EnvelopeSignature = "envelope/signature";

    /// <summary>Another profile.</summary>
    public const string KeySetProfile = "keyset/profile";

    /// <summary>The origin is empty, too long, or has other than printable ASCII, a space or a plus sign in it.</summary>
    public const string KeySetOrigin = "keyset/origin";

    /// <summary>The receipt key isn't a point of P-256.</summary>
    public const string KeySetReceiptKey = "keyset/receipt-key";

    /// <summary>Not-before isn't before not-after, or one of them is later than the year 9999.</summary>
    public const string KeySetInterval = "keyset/interval";

    /// <summary>A rotation isn't two COSE_Sign1 over one payload of the right layout.</summary>
    public const string RotationLayout = "rotation/layout";

    /// <summary>A rotation leaves another key set than the one before it.</summary>
    public const string RotationOld = "rotation/old-differs";

    /// <summary>A rotation changes the origin or the log key.</summary>
    public const string RotationLog = "rotation/log-differs";

    /// <summary>A rotation keeps the receipt key.</summary>
    public const string RotationKey = "rotation/same-key";

    /// <summary>The entries about a node's keys don't make a history.</summary>
    public const string HistoryEntry = "keyset/history-entry";

    /// <summary>A change of the node's keys isn't signed by those who must.</summary>
    public const string HistorySignature = "keyset/history-signature";

    /// <summary>A revocation isn't a COSE_Sign1 over a payload of the right layout.</summary>
    public const string RevocationLayout = "revocation/layout";

    /// <summary>Not eight groups, or a group hasn't the registry's number of leaves.</summary>
    public const string ClaimsLayout = "claims/layout";

    /// <summary>A leaf isn't an array of three with a 16-byte salt.</summary>
    public const string ClaimsLeaf = "claims/leaf";

    /// <summary>A leaf has another label than the registry's at its place.</summary>
    public const string ClaimsLabel = "claims/label";

    /// <summary>A leaf's value isn't null and hasn't the registry's type.</summary>
    public const string ClaimsType = "claims/type";

    /// <summary>A redacted leaf's hash isn't 32 bytes.</summary>
    public const string RedactedLength = "claims/redacted-length";

    /// <summary>A tensor isn't an array of the right length, or the datatype isn't FP32.</summary>
    public const string TensorLayout = "tensor/layout";

    /// <summary>A tensor's name is empty or longer than 256 bytes.</summary>
    public const string TensorName = "tensor/name";

    /// <summary>A tensor has more than 8 dims, or one out of range.</summary>
    public const string TensorShape = "tensor/shape";

    /// <summary>A tensor's data hasn't four bytes for each element.</summary>
    public const string TensorLength = "tensor/length";

    /// <summary>More tensors or output parts than allowed.</summary>
    public const string TensorCount = "tensor/count";

    /// <summary>An output part isn't an array of five with a 16-byte salt.</summary>
    public const string OutputLeaf = "output/leaf";

    /// <summary>A log entry isn't of a known kind.</summary>
    public const string EntryLayout = "entry/layout";

    /// <summary>Another profile.</summary>
    public const string EntryProfile = "entry/profile";

    /// <summary>The level isn't known, or isn't canonical.</summary>
    public const string EntryLevel = "entry/level";

    /// <summary>The size bucket is neither <c>undisclosed</c> nor <c>1e0</c> to <c>1e18</c>.</summary>
    public const string EntryBucket = "entry/bucket";

    /// <summary>The bundle is longer than 64 MiB.</summary>
    public const string BundleTooLarge = "bundle/too-large";

    /// <summary>Not a map with the keys 1 to 6, then perhaps 7, 8 (only with 7), 9 and 10.</summary>
    public const string BundleLayout = "bundle/layout";

    /// <summary>Another profile.</summary>
    public const string BundleProfile = "bundle/profile";

    /// <summary>More attachments than leaves that may name one.</summary>
    public const string BundleAttachmentCount = "bundle/attachment-count";

    /// <summary>Attachments aren't strictly ascending by digest.</summary>
    public const string BundleAttachments = "bundle/attachment-order";

    /// <summary>The log proof isn't an array of four, or a part of it is too long.</summary>
    public const string BundleLogProof = "bundle/log-proof";

    /// <summary>Key events aren't one to 64 arrays of three, ascending by index, with entries that can be read.</summary>
    public const string BundleKeyEvents = "bundle/key-events";

    /// <summary>Endorsements aren't one to 32 arrays of four, ascending by digest, or a part of one is too long.</summary>
    public const string BundleEndorsements = "bundle/endorsements";

    /// <summary>A bundle's proof isn't an array of six, or a part of it has a wrong length or order.</summary>
    public const string BundleProof = "bundle/proof";

    /// <summary>A registration of a proof key hasn't the right layout.</summary>
    public const string RegistrationLayout = "registration/layout";

    /// <summary>A proof file is too large, or another profile.</summary>
    public const string ProofFileLayout = "proof-file/layout";

    /// <summary>Material for evidence is empty or too long.</summary>
    public const string BundleMaterial = "bundle/material";

    /// <summary>An endorsement's payload hasn't the right layout.</summary>
    public const string EndorsementLayout = "endorsement/layout";

    /// <summary>A publisher's statement hasn't the right layout.</summary>
    public const string PublisherLayout = "publisher/layout";

    /// <summary>Evidence of a replay hasn't the right layout.</summary>
    public const string EvidenceLayout = "evidence/layout";

    /// <summary>Disclosure was asked for a field that doesn't exist.</summary>
    public const string DiscloseUnknownField = "disclose/unknown-field";
}
