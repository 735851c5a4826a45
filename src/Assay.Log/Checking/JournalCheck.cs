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
        if (end == 0)
        {
            return;
        }

        if (database.Journal is not { } journal)
        {
            findings.Add(LogErrors.Journal, Journal.FileName, "the file isn't there");
            return;
        }

        ulong? next = null;
        foreach (List<PendingRow> rows in journal.ReadFrames(0))
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
        else if (next != size)
        {
            findings.Add(LogErrors.Journal, Subject(journal), $"the next entry is {next} here, and {size} in the database");
        }
    }

    private static string Subject(Journal journal) => $"{Journal.FileName}[{journal.End}]";
}
