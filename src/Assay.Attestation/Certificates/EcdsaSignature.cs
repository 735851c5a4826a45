using System.Formats.Asn1;

namespace Assay.Attestation;

/// <summary>ECDSA signatures as certificates carry them: Ecdsa-Sig-Value of RFC 3279, section 2.2.3.</summary>
internal static class EcdsaSignature
{
    /// <summary>Reads a SEQUENCE of two positive integers, strictly, into r then s of fixed size.</summary>
    /// <returns>False if it isn't one, or a number doesn't fit; the destination then has any content.</returns>
    internal static bool TryFromDer(ReadOnlySpan<byte> der, Span<byte> rs)
    {
        try
        {
            AsnDecoder.ReadSequence(der, AsnEncodingRules.DER, out int offset, out int length, out int consumed);
            ReadOnlySpan<byte> content = der.Slice(offset, length);
            ReadOnlySpan<byte> r = AsnDecoder.ReadIntegerBytes(content, AsnEncodingRules.DER, out int readOfR);
            ReadOnlySpan<byte> s = AsnDecoder.ReadIntegerBytes(content[readOfR..], AsnEncodingRules.DER, out int readOfS);
            return consumed == der.Length && readOfR + readOfS == content.Length && TryPlace(r, rs[..(rs.Length / 2)]) && TryPlace(s, rs[(rs.Length / 2)..]);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool TryPlace(ReadOnlySpan<byte> number, Span<byte> destination)
    {
        bool negative = (number[0] & 0x80) != 0;
        number = number[0] == 0 ? number[1..] : number;
        if (negative || number.Length > destination.Length)
        {
            return false;
        }

        destination.Clear();
        number.CopyTo(destination[(destination.Length - number.Length)..]);
        return true;
    }
}
