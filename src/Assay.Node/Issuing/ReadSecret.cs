using System.Security.Cryptography;
using Assay.Primitives;

namespace Assay.Node.Issuing;

/// <summary>
/// What lets its holder read a receipt's contents at the node: 16 bytes that follow from the receipt's salt seed, told to the caller
/// with the answer and to nobody else. The id can't do that: it stands in every copy, also where fields were left out, and peers know it.
/// </summary>
internal static class ReadSecret
{
    /// <summary>The header that carries it, in an answer and in a request for the bundle.</summary>
    internal const string Header = "Assay-Receipt-Secret";

    private const int Size = 16;

    /// <summary>The secret as 32 digits 0-9a-f.</summary>
    internal static string Of(ReadOnlySpan<byte> seed) => Convert.ToHexStringLower(Digest32.Sha256("assay/read-secret/v1"u8, seed).Bytes[..Size]);

    /// <summary>Whether that is it; takes the same time for every text of one length. Of no seed, none is: the content is sealed, and this doesn't open it.</summary>
    internal static bool Is(string text, ReadOnlySpan<byte> seed) =>
        !seed.IsEmpty && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(text), System.Text.Encoding.UTF8.GetBytes(Of(seed)));
}
