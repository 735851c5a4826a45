using Assay.Primitives;

namespace Assay.Log.Storage;

/// <summary>An entry to be committed, with its receipt or its endorsement of one if it has that.</summary>
internal sealed class LogRow
{
    public required byte[] Entry { get; init; }

    public LogRowReceipt? Receipt { get; init; }

    public LogRowEndorsement? Endorsement { get; init; }
}

/// <summary>The receipt part of a <see cref="LogRow"/>. Its record is in two parts, so that nobody has to copy the large one.</summary>
internal sealed record LogRowReceipt(ReceiptId Id, string ApiKey, ulong Counter, byte[] Record, ReadOnlyMemory<byte> Rest)
{
    /// <summary>The length of the record: both its parts.</summary>
    public int RecordLength => Record.Length + Rest.Length;
}

/// <summary>The endorsement part of a <see cref="LogRow"/>.</summary>
internal sealed record LogRowEndorsement(ReceiptId About, byte[] Record);
