using Assay.Log.Storage;

namespace Assay.Log.Checking;

/// <summary>Checks that the journal's frames, as far as the database has them, are as they were written and follow one another.</summary>
internal sealed class JournalCheck(LogDatabase database, FindingList findings, CancellationToken cancellationToken)
{
    /// <summary>Runs the check.</summary>
    /// <param name="end">How far the database has come.</param>
    /// <param name="size">The database's entries.</param>
    public void Run(long end, ulong size)
    {
        if (database.Journal is not { } journal)
        {
            findings.Add(LogErrors.Journal, Journal.FileName, "the file isn't there");
            return;
        }

        if (!journal.HasHeader)
        {
            findings.Add(LogErrors.Journal, Journal.FileName, Journal.NoHeader);
            return;
        }

        ulong? next = null;
        foreach (List<PendingRow> rows in end == Journal.HeaderSize ? [] : journal.ReadFrames(Journal.HeaderSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rows.Count > 0 && next is not null && rows[0].Index != next)
            {
                findings.Add(LogErrors.Journal, Subject(journal), $"the frame before this place begins with entry {rows[0].Index}, and {next} is the next");
            }

            next = rows.Count > 0 ? rows[^1].Index + 1 : next;
            if (journal.End >= end)
            {
                break;
            }
        }

        if (journal.End != end)
        {
            findings.Add(LogErrors.Journal, Subject(journal), "here should be a whole frame that begins before what the database has");
        }
        else if (next is not null && next != size)
        {
            findings.Add(LogErrors.Journal, Subject(journal), $"the next entry is {next} here, and {size} in the database");
        }
    }

    private static string Subject(Journal journal) => $"{Journal.FileName}[{journal.End}]";
}
