using System.Formats.Cbor;
using Framework = System.Formats.Cbor;

namespace Assay.Primitives.Tests.Cbor;

/// <summary>What the framework's CBOR reader says about bytes, for comparison with ours.</summary>
internal static class FrameworkCbor
{
    /// <summary>
    /// Whether the framework reads the bytes as one item of our profile, in CTAP2 canonical form (which sorts keys that
    /// aren't containers as RFC 8949 does); null where the two profiles can't be compared: containers as map keys.
    /// </summary>
    public static bool? Accepts(byte[] bytes)
    {
        try
        {
            Framework.CborReader reader = new(bytes, CborConformanceMode.Ctap2Canonical);
            bool? accepted = Walk(reader, 32);
            return accepted is true && reader.BytesRemaining != 0 ? false : accepted;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            return false;
        }
    }

    private static bool? Walk(Framework.CborReader reader, int depth)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.UnsignedInteger:
                reader.ReadUInt64();
                return true;
            case CborReaderState.NegativeInteger:
                reader.ReadCborNegativeIntegerRepresentation();
                return true;
            case CborReaderState.ByteString:
                reader.ReadByteString();
                return true;
            case CborReaderState.TextString:
                reader.ReadTextString();
                return true;
            case CborReaderState.Null:
                reader.ReadNull();
                return true;
            case CborReaderState.Boolean:
                reader.ReadBoolean();
                return true;
            case CborReaderState.StartArray when depth > 0:
                int? count = reader.ReadStartArray();
                for (int i = 0; i < count; i++)
                {
                    if (Walk(reader, depth - 1) is not true and var other)
                    {
                        return other;
                    }
                }

                reader.ReadEndArray();
                return true;
            case CborReaderState.StartMap when depth > 0:
                int? pairs = reader.ReadStartMap();
                for (int i = 0; i < pairs; i++)
                {
                    if (reader.PeekState() is CborReaderState.StartArray or CborReaderState.StartMap)
                    {
                        return null;
                    }

                    if (Walk(reader, depth - 1) is not true and var key)
                    {
                        return key;
                    }

                    if (Walk(reader, depth - 1) is not true and var value)
                    {
                        return value;
                    }
                }

                reader.ReadEndMap();
                return true;
            default:
                return false;
        }
    }
}
