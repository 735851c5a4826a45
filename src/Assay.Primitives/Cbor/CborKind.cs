namespace Assay.Primitives.Cbor;

/// <summary>The kinds of item that the strict profile knows.</summary>
public enum CborKind
{
    /// <summary>No item: the end of the input, an earlier error, or a kind outside the profile.</summary>
    None = 0,

    /// <summary>Major type 0.</summary>
    UnsignedInteger,

    /// <summary>Major type 1.</summary>
    NegativeInteger,

    /// <summary>Major type 2.</summary>
    Bytes,

    /// <summary>Major type 3.</summary>
    Text,

    /// <summary>Major type 4.</summary>
    Array,

    /// <summary>Major type 5.</summary>
    Map,

    /// <summary>Simple value 20 or 21.</summary>
    Boolean,

    /// <summary>Simple value 22.</summary>
    Null,
}
