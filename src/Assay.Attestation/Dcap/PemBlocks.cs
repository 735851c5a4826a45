using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;

namespace Assay.Attestation;

/// <summary>
/// Text encodings of certificates and lists (RFC 7468, strict): nothing but blocks, with empty lines or zero bytes only after one, and
/// base64 in its one canonical form. The framework's reader skips what it doesn't know, so unsigned bytes could hide in a quote.
/// </summary>
internal static class PemBlocks
{
    internal const string Certificate = "CERTIFICATE";

    internal const string RevocationList = "X509 CRL";

    private const int MaxLine = 76;

    /// <summary>The blocks in order; null if the text isn't that, or has more than <paramref name="most"/>.</summary>
    internal static ImmutableArray<(string Label, byte[] Der)>? TryRead(ReadOnlySpan<byte> text, int most)
    {
        text = text.TrimEnd((byte)0);
        ImmutableArray<(string, byte[])>.Builder blocks = ImmutableArray.CreateBuilder<(string, byte[])>();
        string? label = null;
        List<byte> digits = [];
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            line = line is [.. ReadOnlySpan<byte> start, (byte)'\r'] ? start : line;
            if (label is null)
            {
                label = line.SequenceEqual("-----BEGIN CERTIFICATE-----"u8) ? Certificate : line.SequenceEqual("-----BEGIN X509 CRL-----"u8) ? RevocationList : null;
                digits.Clear();
                if ((label is null && (!line.IsEmpty || blocks.Count == 0)) || blocks.Count == most)
                {
                    return null;
                }
            }
            else if (line.SequenceEqual(label == Certificate ? "-----END CERTIFICATE-----"u8 : "-----END X509 CRL-----"u8))
            {
                if (TryBase64([.. digits]) is not { } der)
                {
                    return null;
                }

                blocks.Add((label, der));
                label = null;
            }
            else if (line.Length is 0 or > MaxLine)
            {
                return null;
            }
            else
            {
                digits.AddRange(line);
            }
        }

        return label is null && blocks.Count > 0 ? blocks.ToImmutable() : null;
    }

    /// <summary>Bytes of canonical base64 with padding; null for anything else, white space included.</summary>
    internal static byte[]? TryBase64(ReadOnlySpan<byte> digits)
    {
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(digits.Length)];
        if (digits.IsEmpty || digits.Length % 4 != 0 || Base64.DecodeFromUtf8(digits, bytes, out _, out int written) != System.Buffers.OperationStatus.Done)
        {
            return null;
        }

        // The decoder ignores white space and the unused bits of the last digit.
        Array.Resize(ref bytes, written);
        return digits.SequenceEqual(Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes))) ? bytes : null;
    }
}
