using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Node.Paying;

/// <summary>What a request is known by to its payment.</summary>
internal static class SoldKey
{
    /// <summary>The key of a request as it came.</summary>
    /// <param name="protocol">The dialect.</param>
    /// <param name="model">The model as its address or body names it, with the level behind it if any.</param>
    /// <param name="level">The header Assay-Verification; null: there was none.</param>
    /// <param name="body">The body.</param>
    internal static Digest32 Of(string protocol, string model, string? level, ReadOnlySpan<byte> body)
    {
        CborWriter writer = new(256);
        writer.WriteArrayHeader(4);
        writer.WriteText(protocol);
        writer.WriteText(model);
        writer.WriteText(level ?? "");
        writer.WriteBytes(Digest32.Sha256(body).Bytes);
        return Digest32.Sha256(writer.Written);
    }
}
