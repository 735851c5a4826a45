namespace Assay.Primitives.Notes;

/// <summary>
/// The stable codes of <see cref="SignedNote"/>, <see cref="NoteVerifierKey"/>, <see cref="CosignatureKey"/> and
/// <see cref="Checkpoint"/>.
/// </summary>
public static class NoteErrors
{
    /// <summary>The note is longer than <see cref="SignedNote.MaxSize"/>.</summary>
    public const string Size = "note/size";

    /// <summary>Not UTF-8, or with a control character other than line feed.</summary>
    public const string Text = "note/text";

    /// <summary>No blank line followed by signature lines, or no line feed at the end.</summary>
    public const string Structure = "note/structure";

    /// <summary>A signature line isn't an em dash, a name and base64 of a key id and a signature.</summary>
    public const string SignatureLine = "note/signature-line";

    /// <summary>More than <see cref="SignedNote.MaxSignatures"/> signatures.</summary>
    public const string TooManySignatures = "note/too-many-signatures";

    /// <summary>A signature that names a known key doesn't verify under it.</summary>
    public const string BadSignature = "note/bad-signature";

    /// <summary>No signature is by a known key.</summary>
    public const string NoKnownSignature = "note/no-known-signature";

    /// <summary>A verifier key isn't <c>name+hash+base64</c>.</summary>
    public const string KeyFormat = "vkey/format";

    /// <summary>A verifier key's name is empty, or has white space or a plus sign.</summary>
    public const string KeyName = "vkey/name";

    /// <summary>A verifier key's algorithm isn't the one asked for: Ed25519 (1), or timestamped cosignatures (4).</summary>
    public const string KeyAlgorithm = "vkey/algorithm";

    /// <summary>A verifier key's hash isn't that of its name and key.</summary>
    public const string KeyHash = "vkey/hash";

    /// <summary>A verifier key's bytes aren't a usable Ed25519 public key.</summary>
    public const string KeyPoint = "vkey/point";

    /// <summary>A checkpoint isn't three lines, each ended by a line feed.</summary>
    public const string CheckpointLines = "checkpoint/lines";

    /// <summary>A checkpoint has extension lines, which this version of the log doesn't write.</summary>
    public const string CheckpointExtension = "checkpoint/extension";

    /// <summary>A checkpoint's origin is empty or has control characters.</summary>
    public const string CheckpointOrigin = "checkpoint/origin";

    /// <summary>A checkpoint's size isn't a decimal number below 2^63 without leading zeros.</summary>
    public const string CheckpointSize = "checkpoint/size";

    /// <summary>A checkpoint's root isn't base64 of 32 bytes.</summary>
    public const string CheckpointRoot = "checkpoint/root";

    /// <summary>A request to a witness isn't <c>old N</c>, at most 63 hashes, a blank line and a signed note, or it is too long.</summary>
    public const string WitnessRequest = "witness/request";
}
