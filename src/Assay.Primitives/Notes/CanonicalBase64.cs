namespace Assay.Primitives.Notes;

/// <summary>Base64 (RFC 4648, section 4) with padding, in its one canonical form.</summary>
internal static class CanonicalBase64
{
    /// <summary>The bytes; null for white space, missing padding or set bits after the last byte.</summary>
    public static byte[]? TryDecode(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, bytes, out int written))
        {
            return null;
        }

        // The framework skips white space and ignores the unused bits of the last digit.
        Array.Resize(ref bytes, written);
        return text.SequenceEqual(Convert.ToBase64String(bytes)) ? bytes : null;
    }
}
