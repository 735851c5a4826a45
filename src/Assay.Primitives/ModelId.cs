namespace Assay.Primitives;

/// <summary>The identity of a model: for an exact one SHA-256 over its canonical program and weights root (spec/program.md), for a float one over its file (spec/receipt.md).</summary>
public readonly record struct ModelId(Digest32 Value)
{
    /// <summary>Reads 64 hexadecimal digits of either case; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out ModelId id)
    {
        bool parsed = Digest32.TryParseHex(hex, out Digest32 digest);
        id = new ModelId(digest);
        return parsed;
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString();
}
