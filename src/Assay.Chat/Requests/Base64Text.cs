namespace Assay.Chat;

/// <summary>Base64 in bodies (RFC 4648, section 4): padded, white space anywhere, and no bits behind the last byte, which one reader would pass over and another refuse.</summary>
internal static class Base64Text
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>The bytes; null if it isn't base64.</summary>
    internal static ReadOnlyMemory<byte>? TryDecode(ReadOnlySpan<char> text)
    {
        byte[] content = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64Chars(text, content, out int length))
        {
            return null;
        }

        int unused = (length % 3) switch { 1 => 0b1111, 2 => 0b11, _ => 0 };
        return unused == 0 || (Alphabet.IndexOf(text.TrimEnd("= \t\r\n")[^1], StringComparison.Ordinal) & unused) == 0 ? content.AsMemory(0, length) : (ReadOnlyMemory<byte>?)null;
    }
}
