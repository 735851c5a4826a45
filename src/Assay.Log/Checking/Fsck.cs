using Assay.Files;
using Assay.Log.Layout;
using Assay.Log.Storage;
using Assay.Primitives.Notes;

namespace Assay.Log.Checking;

/// <summary>
/// Checks a log's folder from end to end without changing it: every entry and tile is hashed, the checkpoint's signature
/// verified, database, files and receipts compared. Works beside a running node.
/// </summary>
public static class Fsck
{
    /// <summary>Runs the check. What is wrong is in the report; damage never makes it throw.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FsckReport Run(string folder, FsckOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Check check = new(folder, options ?? new FsckOptions(), cancellationToken);
        try
        {
            check.Run();
        }
        catch (LogException e)
        {
            check.Findings.Add(e.Code, e.Subject, e.Detail);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            check.Findings.Add(LogErrors.Io, folder, e.Message);
        }

        return check.Report();
    }

    private sealed class Check(string folder, FsckOptions options, CancellationToken cancellationToken)
    {
        private readonly TileFiles _files = new(new DurableFiles(folder, folder));
        private readonly List<string> _notChecked = [FsckNotChecked.SplitView];
        private NoteVerifierKey? _key;
        private LogCheckpoint? _checkpoint;
        private ulong _size;
        private ulong _receipts;

        public FindingList Findings { get; } = new();

        public void Run()
        {
            // Read before the database: a checkpoint is in the database before it is published, also now.
            byte[]? published = _files.ReadCheckpoint();
            using LogDatabase database = LogDatabase.OpenReadOnly(folder);
            database.BeginSnapshot();
            foreach (string problem in database.ReadIntegrityProblems())
            {
                Findings.Add(LogErrors.Database, LogDatabase.FileName, problem);
            }

            LogState state = database.ReadState();
            ReadCheckpoint(state);
            _size = database.ReadSize();
            new JournalCheck(database, Findings, cancellationToken).Run(state.JournalEnd, _size);
            if (_checkpoint is not null)
            {
                CheckTree(database, _checkpoint, published);
            }

            CheckPendingEntries(database, _checkpoint?.Size ?? 0);
            ReceiptCheck receipts = new(database, options, Findings, cancellationToken);
            receipts.Run(_size);
            _receipts = receipts.Count;
            if (options.CheckReceipt is null)
            {
                _notChecked.Add(FsckNotChecked.Receipts);
            }

            bool hasEndorsements = new EndorsementCheck(database, options, Findings, cancellationToken).Run(_size);
            if (hasEndorsements && options.CheckEndorsement is null)
            {
                _notChecked.Add(FsckNotChecked.Endorsements);
            }
        }

        public FsckReport Report()
        {
            bool isThere = TiledLog.Exists(folder);
            FsckOutcome outcome = !isThere ? FsckOutcome.CannotEvaluate
                : Findings.Count == 0 ? FsckOutcome.Clean
                : FsckOutcome.Damaged;
            return new FsckReport(
                outcome, _key?.Name, _checkpoint, _size, _receipts, Findings.Kept, Findings.Count, _notChecked);
        }

        private void ReadCheckpoint(LogState state)
        {
            _key = NoteVerifierKey.TryParse(state.VerifierKey, out string? error);
            if (_key is null)
            {
                Findings.Add(LogErrors.Key, "state", $"the verifier key can't be read: {error}");
            }

            if (options.Key is null)
            {
                _notChecked.Add(FsckNotChecked.Key);
            }
            else if (options.Key != _key)
            {
                Findings.Add(LogErrors.Key, "state", $"this is the log of {state.VerifierKey}, not of {options.Key}");
                _key = options.Key;
            }

            if (_key is null)
            {
                return;
            }

            _checkpoint = SignedCheckpoint.TryRead(state.Checkpoint, _key, out error);
            if (_checkpoint is null)
            {
                Findings.Add(LogErrors.Checkpoint, "state", error!);
            }
            else if (_checkpoint.Size != state.Size)
            {
                Findings.Add(LogErrors.Checkpoint, "state", $"its size is {_checkpoint.Size}, the row says {state.Size}");
            }
        }

        private void CheckTree(LogDatabase database, LogCheckpoint checkpoint, byte[]? published)
        {
            if (_size < checkpoint.Size)
            {
                Findings.Add(
                    LogErrors.Shrunk, "entries", $"the database has {_size} entries, the checkpoint {checkpoint.Size}");
            }

            TreeCheck tree = new(database, _files, Findings, cancellationToken);
            tree.Run(checkpoint);
            CheckPublished(tree, checkpoint, published);
            if (new FolderCheck(folder, Findings).Run(checkpoint.Size))
            {
                _notChecked.Add(FsckNotChecked.Staged);
            }
        }

        private void CheckPublished(TreeCheck tree, LogCheckpoint checkpoint, byte[]? bytes)
        {
            if (bytes is null)
            {
                // Between creation and the first publication there is none.
                if (checkpoint.Size > 0)
                {
                    Findings.Add(LogErrors.PublishedCheckpoint, TileFiles.CheckpointPath, "the file isn't there");
                }

                return;
            }

            LogCheckpoint? published = SignedCheckpoint.TryRead(bytes, _key!, out string? error);
            if (published is null)
            {
                Findings.Add(LogErrors.PublishedCheckpoint, TileFiles.CheckpointPath, error!);
            }
            else if (published.Size > checkpoint.Size)
            {
                Findings.Add(
                    LogErrors.RolledBack,
                    LogDatabase.FileName,
                    $"the published checkpoint has {published.Size} entries, the database's {checkpoint.Size}");
            }
            else if (tree.TryRoot(published.Size) is { } root && root != published.Root)
            {
                Findings.Add(LogErrors.Fork, TileFiles.CheckpointPath, "it isn't a head of this tree");
            }
        }

        private void CheckPendingEntries(LogDatabase database, ulong from)
        {
            for (ulong first = from; first < _size; first += TilePath.FullWidth)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ulong end = Math.Min(_size, first + TilePath.FullWidth);
                Dictionary<ulong, byte[]> found = database.ReadEntriesFound(first, end);
                for (ulong index = first; index < end; index++)
                {
                    if (!found.ContainsKey(index))
                    {
                        Findings.Add(LogErrors.EntryGap, $"entries[{index}]", "the database doesn't have this entry");
                    }
                }
            }
        }
    }
}
