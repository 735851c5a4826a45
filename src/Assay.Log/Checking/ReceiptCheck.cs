using Assay.Log.Storage;

namespace Assay.Log.Checking;

/// <summary>Checks receipts against entries, and that the counters of each key have no gap.</summary>
internal sealed class ReceiptCheck(
    LogDatabase database, FsckOptions options, FindingList findings, CancellationToken cancellationToken)
{
    private readonly Dictionary<string, KeyCounter> _counters = new(StringComparer.Ordinal);

    /// <summary>Number of receipts.</summary>
    public ulong Count { get; private set; }

    /// <summary>Runs the check.</summary>
    public void Run(ulong size)
    {
        // A page at a time: the records may be large.
        const int Page = 256;
        ulong from = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<(StoredReceipt Receipt, byte[]? Entry)> page = database.ReadReceiptsFrom(from, Page);
            foreach ((StoredReceipt receipt, byte[]? entry) in page)
            {
                Check(receipt, entry, size);
            }

            if (page.Count < Page)
            {
                break;
            }

            from = page[^1].Receipt.LogIndex + 1;
        }

        Dictionary<string, KeyCounter> stored = database.ReadCounters();
        foreach (string apiKey in _counters.Keys.Union(stored.Keys).Order(StringComparer.Ordinal))
        {
            KeyCounter last = stored.GetValueOrDefault(apiKey);
            KeyCounter used = _counters.GetValueOrDefault(apiKey);
            if (last != used)
            {
                findings.Add(LogErrors.Counter, $"counters[{apiKey}]", $"the stored counter is {last.Counter} at entry {last.LogIndex}, the last receipt's {used.Counter} at {used.LogIndex}");
            }
        }
    }

    private void Check(StoredReceipt receipt, byte[]? entry, ulong size)
    {
        Count++;
        string subject = $"receipts[{receipt.LogIndex}]";
        if (entry is null || receipt.LogIndex >= size)
        {
            findings.Add(LogErrors.Receipt, subject, "its log entry isn't there");
        }
        else if (options.CheckReceipt?.Invoke(receipt, entry) is { } problem)
        {
            findings.Add(LogErrors.Receipt, subject, problem);
        }

        ulong last = _counters.GetValueOrDefault(receipt.ApiKey).Counter;
        if (receipt.Counter != last + 1)
        {
            findings.Add(LogErrors.Counter, subject, $"counter {receipt.Counter} follows {last} under {receipt.ApiKey}");
        }

        _counters[receipt.ApiKey] = new KeyCounter(receipt.Counter, receipt.LogIndex);
    }
}
