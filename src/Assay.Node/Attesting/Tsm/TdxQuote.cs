using System.Buffers.Binary;

namespace Assay.Node.Attesting;

/// <summary>As much of a TDX quote's layout as its producer needs: where it ends, and what it is about.</summary>
internal static class TdxQuote
{
    private const int HeaderLength = 48;
    private const int ReportDataLength = 64;
    private const int BodyLength = 584;
    private const int ReportDataOffset = 520;

    /// <summary>
    /// The quote without what follows it: the quoting service may hand out its whole buffer. Only zeros are taken off; anything else
    /// stays, for verifiers to refuse.
    /// </summary>
    internal static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> answer) =>
        Body(answer.Span) is { } body && body.End + sizeof(uint) <= answer.Length
        && BinaryPrimitives.ReadUInt32LittleEndian(answer.Span[body.End..]) + (long)body.End + sizeof(uint) is var end && end <= answer.Length
        && !answer.Span[(int)end..].ContainsAnyExcept((byte)0)
            ? answer[..(int)end]
            : answer;

    /// <summary>The 64 bytes; empty if this is no quote.</summary>
    internal static ReadOnlyMemory<byte> ReportData(ReadOnlyMemory<byte> quote) =>
        Body(quote.Span) is { } body && body.End <= quote.Length ? quote.Slice(body.Start + ReportDataOffset, ReportDataLength) : default;

    // Version 4 has one body; from version 5 on its kind and length come first. No other version has anything in these places.
    private static (int Start, int End)? Body(ReadOnlySpan<byte> quote)
    {
        const int DescriptorLength = 6;
        if (quote.Length < HeaderLength + DescriptorLength)
        {
            return null;
        }

        switch (BinaryPrimitives.ReadUInt16LittleEndian(quote))
        {
            case 4:
                return (HeaderLength, HeaderLength + BodyLength);
            case 5:
                uint length = BinaryPrimitives.ReadUInt32LittleEndian(quote[(HeaderLength + sizeof(ushort))..]);
                return length is >= BodyLength and <= 4096 ? (HeaderLength + DescriptorLength, HeaderLength + DescriptorLength + (int)length) : null;
            default:
                return null;
        }
    }
}
