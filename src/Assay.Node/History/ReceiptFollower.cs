using Assay.Chat;
using Assay.Log;
using Assay.Node.Issuing;
using Assay.Receipts;

namespace Assay.Node.History;

/// <summary>
/// Reads the log's receipts in their order, and keeps what they say of applications. The log is what counts: a number is in a durable receipt or it never left, so
/// after kill -9 reading on from where the store ends brings back every number that anybody can have.
/// </summary>
internal sealed class ReceiptFollower(TiledLog log, ApplicationStore store)
{
    // Records hold requests and answers, up to some ten MiB each.
    private const int Page = 16;
    private const int MostTogether = 4096;

    private readonly Lock _following = new();

    /// <summary>Before anything else: refuses a store that knows of receipts which the log doesn't have.</summary>
    /// <exception cref="InvalidDataException">It does.</exception>
    internal void RequireOwnLog()
    {
        if (store.Next > log.Size)
        {
            throw new InvalidDataException($"{ApplicationSchema.FileName} has read {store.Next} log entries, and the log has {log.Size}: one of them is an old copy");
        }
    }

    /// <summary>Reads all receipts that are durable now.</summary>
    /// <exception cref="InvalidDataException">A receipt can't be read, or gives a number that another configuration has.</exception>
    internal void Follow()
    {
        lock (_following)
        {
            ulong size = log.Size;
            ulong known = store.Next;
            ulong next = known;
            List<SeenReceipt> seen = [];
            while (next < size)
            {
                IReadOnlyList<StoredReceipt> page = log.GetReceiptsFrom(next, Page);
                seen.AddRange(page.Select(Read).OfType<SeenReceipt>());
                next = page.Count < Page ? Math.Max(size, page.Count == 0 ? 0 : page[^1].LogIndex + 1) : page[^1].LogIndex + 1;
                if (seen.Count >= MostTogether)
                {
                    store.Add(seen, next);
                    (known, seen) = (next, []);
                }
            }

            if (next > known)
            {
                store.Add(seen, next);
            }
        }
    }

    private static SeenReceipt? Read(StoredReceipt stored)
    {
        // Most receipts name no application, and need no reading: the leaf has this text.
        if (stored.Record.AsSpan().IndexOf("application "u8) < 0)
        {
            return null;
        }

        if (ReceiptRecord.TryDecode(stored.Record, out string? error) is not { } record
            || DisclosedClaims.TryDecode(record.Claims, out error) is not { } claims
            || ReceiptEnvelope.TryDecode(record.Envelope, out error) is not { } envelope)
        {
            throw new InvalidDataException($"receipt {stored.Id} in the database can't be read: {error}; run 'assay log fsck'");
        }

        if (ChatLineage.TryRead(claims.Text(ClaimRegistry.LineageRelation)) is not { Application: { } application } lineage)
        {
            return null;
        }

        ChatConfiguration configuration = ChatConfiguration.Of(claims);
        return new SeenReceipt(stored.ApiKey, application, lineage.Configuration, configuration.Digest, configuration.Asked, stored.Id, envelope.Statement.IssuedAt);
    }
}
