namespace Assay.Receipts;

/// <summary>The type of a claim leaf's value when it isn't null (spec/receipt.md, "Claims tree").</summary>
public enum ClaimType
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A byte string of 32 bytes.</summary>
    Digest,

    /// <summary>A byte string.</summary>
    Bytes,

    /// <summary>An unsigned integer.</summary>
    UInt,

    /// <summary>An array of tensors.</summary>
    Tensors,

    /// <summary>An array of texts.</summary>
    Texts,

    /// <summary>An array of byte strings of 32 bytes.</summary>
    Digests,
}
