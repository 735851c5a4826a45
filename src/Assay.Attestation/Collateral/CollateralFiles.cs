using System.Collections.Immutable;
using System.Text;

namespace Assay.Attestation;

/// <summary>
/// Reads the files that collateral comes in. What a file is follows from its content, and each form is read strictly: this project's
/// own (<c>assay/collateral/v1</c>), answers of Intel's provisioning service (TCB info or enclave identity with signature), bundles of
/// dcap-qvl and of Intel's quote verification library (JSON with <c>tcb_info</c>, <c>pck_crl</c> and so on), certificates and revocation
/// lists as PEM (also percent-encoded, as in that service's headers), DER, or DER in hexadecimal or base64. No signature is checked
/// here: a verifier does that each time.
/// </summary>
public static class CollateralFiles
{
    /// <summary>Reads one file.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="error"><see cref="AttestationErrors.TooLarge"/>, <see cref="AttestationErrors.CollateralFile"/>,
    /// <see cref="AttestationErrors.CollateralUnsigned"/>, or those of <see cref="CollateralSet.TryDecode"/>.</param>
    /// <returns>Its pieces, at least one; null if there is an error.</returns>
    public static ImmutableArray<CollateralItem>? TryRead(ReadOnlyMemory<byte> bytes, out string? error)
    {
        error = bytes.Length > CollateralSet.MaxLength ? AttestationErrors.TooLarge : null;
        if (error is not null)
        {
            return null;
        }

        if (bytes.Span is [0xA2, ..])
        {
            return CollateralSet.TryDecode(bytes, out error) is { } set ? NotEmpty(set.Items, ref error) : null;
        }

        ReadOnlyMemory<byte> text = bytes[bytes.Span.IndexOfAnyExcept(" \t\r\n"u8) is var start and >= 0 ? start.. : ..0];
        ImmutableArray<CollateralItem> items = bytes.Span is [0x30, ..] && TryDer(bytes) is { } der ? [der]
            : text.Span is [(byte)'{', ..] ? CollateralJson.Read(text.TrimEnd(" \t\r\n"u8), out error)
            : TryText(text.Span);
        return NotEmpty(items, ref error);
    }

    /// <summary>Pieces of PEM, percent-encoded or not; empty if it isn't that.</summary>
    internal static ImmutableArray<CollateralItem> ReadPem(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("-----BEGIN%20"u8))
        {
            text = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(Encoding.ASCII.GetString(text)));
        }

        if (PemBlocks.TryRead(text, CollateralSet.MaxItems) is not { } blocks)
        {
            return [];
        }

        CollateralItem?[] items = [.. blocks.Select(static block => TryDer(block.Der) is { } item && item.Kind == (block.Label == PemBlocks.Certificate ? CollateralKind.Certificate : CollateralKind.RevocationList) ? item : null)];
        return items.Contains(null) ? [] : [.. items.OfType<CollateralItem>()];
    }

    /// <summary>A certificate or list, DER in hexadecimal or base64; null if it isn't that.</summary>
    internal static CollateralItem? TryEncodedDer(ReadOnlySpan<byte> text)
    {
        byte[] digits = [.. text];
        digits = Array.FindAll(digits, static digit => digit is not ((byte)'\r' or (byte)'\n'));
        string characters = Encoding.ASCII.GetString(digits);
        byte[] bytes = new byte[characters.Length / 2];
        bool isHex = bytes.Length > 0 && Convert.FromHexString(characters, bytes, out int read, out _) == System.Buffers.OperationStatus.Done && read == characters.Length;
        return (isHex ? bytes : PemBlocks.TryBase64(digits)) is { } der ? TryDer(der) : null;
    }

    private static ImmutableArray<CollateralItem> TryText(ReadOnlySpan<byte> text) =>
        text.StartsWith("-----BEGIN"u8) ? ReadPem(text.TrimEnd(" \t"u8))
        : TryEncodedDer(text.TrimEnd(" \t"u8)) is { } item ? [item]
        : [];

    private static CollateralItem? TryDer(ReadOnlyMemory<byte> der) =>
        der.Length > CollateralSet.MaxItemLength ? null
        : Certificate.TryRead(der) is not null ? new CollateralItem(CollateralKind.Certificate, der)
        : RevocationList.TryRead(der) is not null ? new CollateralItem(CollateralKind.RevocationList, der)
        : null;

    private static ImmutableArray<CollateralItem>? NotEmpty(ImmutableArray<CollateralItem> items, ref string? error)
    {
        error ??= items.IsEmpty ? AttestationErrors.CollateralFile : null;
        return error is null ? items : null;
    }
}
