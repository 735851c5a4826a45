namespace Assay.Primitives.Cbor;

/// <summary>The stable codes of <see cref="CborReader"/>.</summary>
public static class CborErrors
{
    /// <summary>The input ends inside an item, or a length or count exceeds what is left of it.</summary>
    public const string Truncated = "cbor/truncated";

    /// <summary>A head isn't in its shortest form (RFC 8949, section 4.2.1).</summary>
    public const string NonShortest = "cbor/non-shortest";

    /// <summary>Bytes follow the item.</summary>
    public const string TrailingData = "cbor/trailing-data";

    /// <summary>An item of another kind than the one expected here.</summary>
    public const string Type = "cbor/type";

    /// <summary>A text string isn't UTF-8.</summary>
    public const string Utf8 = "cbor/utf8";

    /// <summary>A map's key repeats or precedes the one before it, in bytewise order.</summary>
    public const string KeyOrder = "cbor/duplicate-or-unsorted-key";

    /// <summary>A map key other than the one expected here.</summary>
    public const string Key = "cbor/key";

    /// <summary>Items nest deeper than <see cref="CborReader.MaxDepth"/>.</summary>
    public const string Depth = "cbor/depth";

    /// <summary>Outside the profile: indefinite lengths, tags, floats, other simple values.</summary>
    public const string Unsupported = "cbor/unsupported";

    /// <summary>A string, array or map of another length than the one expected here.</summary>
    public const string Length = "cbor/length";

    /// <summary>An integer that doesn't fit the type asked for.</summary>
    public const string Range = "cbor/range";
}
