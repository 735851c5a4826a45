using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>The payloads of signed messages: CBOR maps whose key 1 is a profile, so that no signature counts for another kind of message.</summary>
internal static class SignedMap
{
    /// <summary>Reads a map's head and its profile.</summary>
    /// <param name="reader">At the payload's start.</param>
    /// <param name="count">How many keys the map has.</param>
    /// <param name="profile">The profile in UTF-8.</param>
    /// <param name="error">What the reader keeps if it has another one.</param>
    public static void Begin(ref CborReader reader, int count, ReadOnlySpan<byte> profile, string error)
    {
        reader.ReadMapHeader(count);
        reader.MapKey(1);
        if (!reader.ReadTextUtf8().SequenceEqual(profile))
        {
            reader.Fail(error);
        }
    }
}
