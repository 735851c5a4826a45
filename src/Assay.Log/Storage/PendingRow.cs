using Assay.Primitives;

namespace Assay.Log.Storage;

/// <summary>A row that is durable in the journal, as the database will have it.</summary>
internal sealed record PendingRow
{
    public required ulong Index { get; init; }

    public required long CreatedMs { get; init; }

    public required byte[] Entry { get; init; }

    /// <summary>The receipt that it is, or that it is about; null for neither.</summary>
    public ReceiptId? Id { get; init; }

    /// <summary>The receipt's API key; null if it isn't a receipt.</summary>
    public string? ApiKey { get; init; }

    public ulong Counter { get; init; }

    /// <summary>Where the record stands in the journal.</summary>
    public long RecordAt { get; init; }

    public int RecordLength { get; init; }
}
