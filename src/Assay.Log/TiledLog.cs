using System.Threading.Channels;
using Assay.Files;
using Assay.Log.Checking;
using Assay.Log.Layout;
using Assay.Log.Storage;
using Assay.Log.Tree;
using Assay.Primitives;
using Assay.Primitives.Notes;
using Microsoft.Data.Sqlite;

namespace Assay.Log;

/// <summary>
/// A node's public log and its receipts, in one folder (spec/log.md). Entries are durable when they are committed; a
/// little later they are in the tree, under a signed checkpoint. Safe for concurrent use.
/// </summary>
public sealed partial class TiledLog : IAsyncDisposable
{
    /// <summary>The longest entry, in bytes (C2SP tlog-tiles has 16-bit lengths).</summary>
    public const int MaxEntryBytes = ushort.MaxValue;

    private readonly LogOptions _options;
    private readonly FolderLock _folderLock;
    private readonly LogDatabase _database;
    private readonly CosignedCheckpoints _cosigned;
    private readonly TileFiles _files;
    private readonly TileTree _tree;
    private readonly Integrator _integrator;
    private readonly SemaphoreSlim _batchGate = new(1, 1);
    private readonly SemaphoreSlim _integrationGate = new(1, 1);
    private readonly Dictionary<string, ulong> _counters = new(StringComparer.Ordinal);
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _closing = new();
    private readonly Task _integrating;
    private TaskCompletionSource _published = NewSignal();
    private LogCheckpoint _publishedCheckpoint;
    private LogException? _fault;
    private ulong _size;
    private volatile bool _isClosed;

    private TiledLog(LogOptions options, FolderLock folderLock, LogDatabase database, CosignedCheckpoints cosigned, TileFiles files, OpenedLog opened)
    {
        _options = options;
        _folderLock = folderLock;
        _database = database;
        _cosigned = cosigned;
        _files = files;
        _tree = opened.Tree;
        _size = opened.Size;
        _integrator = new Integrator(database, files, _tree, options.Signer, opened.Checkpoint, opened.LastBundle)
        {
            AfterStep = options.AfterStep,
        };

        // What was acknowledged before a crash is in the tree before anything new is accepted. A checkpoint
        // that was signed but not yet published is published.
        // Its cosignatures are published again with it.
        _publishedCheckpoint = cosigned.Find(opened.Checkpoint.Size) is { } known && known.Root == opened.Checkpoint.Root ? known : opened.Checkpoint;
        _files.WriteCheckpoint(_publishedCheckpoint.Note.Span);
        _integrator.Run(_size);
        _integrating = options.IntegratesInBackground ? Task.Run(IntegrateInBackgroundAsync) : Task.CompletedTask;
    }

    /// <summary>The log's name.</summary>
    public string Origin => _options.Signer.VerifierKey.Name;

    /// <summary>The key that verifies its checkpoints.</summary>
    public NoteVerifierKey VerifierKey => _options.Signer.VerifierKey;

    /// <summary>Number of durable entries; those from the checkpoint's size on aren't in it yet.</summary>
    public ulong Size => Volatile.Read(ref _size);

    /// <summary>The last published checkpoint, with the log's own signature alone.</summary>
    public LogCheckpoint Checkpoint => _integrator.Checkpoint;

    /// <summary>The same checkpoint as it is served: with the witnesses' cosignatures that have come.</summary>
    public LogCheckpoint PublishedCheckpoint
    {
        get
        {
            LogCheckpoint own = Checkpoint;
            LogCheckpoint published = Volatile.Read(ref _publishedCheckpoint);
            return published.Size == own.Size ? published : own;
        }
    }

    /// <summary>Why the log accepts nothing more; null while it does.</summary>
    public LogException? Fault => Volatile.Read(ref _fault);

    /// <summary>Whether the folder holds a log.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, LogDatabase.FileName));

    /// <summary>Makes a log with one entry in a folder that holds none, and opens it.</summary>
    /// <param name="folder">Made if it isn't there, readable by its owner only: receipts hold what was asked and answered.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="firstEntry">Entry 0: the node's key set.</param>
    /// <exception cref="LogException">The folder holds a log or parts of one, or can't be written.</exception>
    public static TiledLog Create(string folder, LogOptions options, byte[] firstEntry)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(firstEntry);
        if (firstEntry.Length > MaxEntryBytes)
        {
            throw new LogException(LogErrors.EntrySize, "entry", $"it has {firstEntry.Length} bytes");
        }

        CreatePrivateFolder(folder);
        return Start(folder, options, () =>
        {
            if (LogDatabase.IsAnythingLeft(folder) || Directory.Exists(Path.Combine(folder, TileFiles.Folder)))
            {
                throw new LogException(LogErrors.Exists, folder, "the folder already holds a log, or what is left of one");
            }

            Checkpoint empty = new(options.Signer.VerifierKey.Name, 0, Primitives.Merkle.MerkleTree.EmptyRoot);
            byte[] note = options.Signer.Sign(empty.Format()).Encode();
            LogState state = new(options.Signer.VerifierKey.ToString(), 0, note);
            LogDatabase.Create(folder, state, firstEntry, options.Time.GetUtcNow());
        });
    }

    /// <summary>Opens a log: checks that its parts agree, and brings every durable entry into the tree.</summary>
    /// <exception cref="LogException">There is none, another process has it, or it isn't in order.</exception>
    public static TiledLog Open(string folder, LogOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        if (!Exists(folder))
        {
            throw new LogException(LogErrors.Missing, folder, "there is no log in this folder");
        }

        return Start(folder, options, () => { });
    }

    /// <summary>Begins a batch; waits for the one before to end.</summary>
    /// <exception cref="LogException">The log is closed or faulted.</exception>
    public LogBatch BeginBatch()
    {
        ThrowIfUnusable();
        _batchGate.Wait();
        if (_isClosed || Fault is not null)
        {
            _batchGate.Release();
            ThrowIfUnusable();
        }

        // The batch before has been acknowledged by now.
        try
        {
            _database.Maintain();
        }
        catch (Exception e)
        {
            _batchGate.Release();
            throw SetFault("taking over the journal", e);
        }

        return new LogBatch(this, _size);
    }

    /// <summary>Brings all durable entries under a checkpoint now, whatever the interval.</summary>
    /// <exception cref="LogException">It failed; the log accepts nothing more.</exception>
    public async Task IntegrateAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfUnusable();
        await _integrationGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfUnusable();
            await Task.Run(Integrate, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _integrationGate.Release();
        }
    }

    /// <summary>Completes when the entry is under a published checkpoint. For an entry that isn't committed yet it waits for that too.</summary>
    /// <exception cref="LogException">The log is closed or faulted before that.</exception>
    public Task WaitForAsync(ulong index, CancellationToken cancellationToken = default) =>
        WaitUntilAsync(() => index < Checkpoint.Size, cancellationToken);

    /// <summary>Completes when the entry is under a checkpoint that a witness has cosigned.</summary>
    /// <exception cref="LogException">The log is closed or faulted before that.</exception>
    public Task WaitForCosignedAsync(ulong index, CancellationToken cancellationToken = default) =>
        WaitUntilAsync(() => index < _cosigned.Largest, cancellationToken);

    /// <summary>Completes when the entry is under a checkpoint that so many witnesses have cosigned.</summary>
    /// <exception cref="LogException">The log is closed or faulted before that.</exception>
    public Task WaitForCosignedAsync(ulong index, int cosignatures, CancellationToken cancellationToken = default) =>
        WaitUntilAsync(() => _cosigned.FindCovering(index, cosignatures) is not null, cancellationToken);

    /// <summary>
    /// The same proof against the earliest checkpoint that has the entry and at least so many cosignatures; where there is none,
    /// or none is asked for, as <see cref="GetProof(ulong)"/> gives it.
    /// </summary>
    /// <exception cref="LogException">A tile or an entry that it needs was damaged.</exception>
    public LogProof? GetProof(ulong index, int cosignatures) =>
        cosignatures > 0 && _cosigned.FindCovering(index, cosignatures) is { } cosigned && cosigned.Size <= Checkpoint.Size ? GetProof(index, cosigned) : GetProof(index);

    /// <summary>
    /// The proof that an entry is in the log; null if no checkpoint has it yet. Against the earliest checkpoint with cosignatures
    /// that has it, whose time tells the most about the entry's; without one against the last checkpoint.
    /// </summary>
    /// <exception cref="LogException">A tile or an entry that it needs was damaged.</exception>
    public LogProof? GetProof(ulong index) =>
        GetProof(index, _cosigned.FindCovering(index) is { } cosigned && cosigned.Size <= Checkpoint.Size ? cosigned : Checkpoint);

    /// <summary>The proof that an entry is in the log, against a checkpoint that this log published; null if that doesn't have it.</summary>
    /// <exception cref="LogException">A tile or an entry that it needs was damaged.</exception>
    public LogProof? GetProof(ulong index, LogCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (index >= checkpoint.Size)
        {
            return null;
        }

        byte[] entry = _database.ReadEntry(index)
            ?? throw new LogException(LogErrors.EntryGap, $"entries[{index}]", "the database doesn't have this entry");
        return new LogProof(index, entry, _tree.InclusionPath(index, checkpoint.Size), checkpoint);
    }

    /// <summary>
    /// The proof that the tree of <paramref name="newSize"/> entries extends that of <paramref name="oldSize"/>
    /// (RFC 9162, section 2.1.4); null unless <c>oldSize &lt;= newSize &lt;= Checkpoint.Size</c>.
    /// </summary>
    /// <exception cref="LogException">A tile that it needs was damaged.</exception>
    public IReadOnlyList<Digest32>? GetConsistencyProof(ulong oldSize, ulong newSize) =>
        oldSize <= newSize && newSize <= Checkpoint.Size ? _tree.ConsistencyPath(oldSize, newSize) : null;

    /// <summary>A durable entry; null if there is none of that number.</summary>
    public byte[]? GetEntry(ulong index) => index < Size ? _database.ReadEntry(index) : null;

    /// <summary>The last counter given under an API key, and the number of that receipt's entry; null if none was given.</summary>
    public KeyCounter? GetLastCounter(string apiKey) => _database.ReadCounter(apiKey);

    /// <summary>A durable receipt; null if there is none of that id.</summary>
    public StoredReceipt? GetReceipt(ReceiptId id) => _database.ReadReceipt(id);

    /// <summary>Durable receipts in the order of their entries, from the one with this number on, or the first after it; fewer only where there are no more.</summary>
    /// <exception cref="LogException">One of them can't be read.</exception>
    public IReadOnlyList<StoredReceipt> GetReceiptsFrom(ulong index, int most) => _database.ReadReceipts(index, most);

    /// <summary>The durable endorsements of a receipt in the order of their entries; none for a receipt that isn't there.</summary>
    public IReadOnlyList<StoredEndorsement> GetEndorsements(ReceiptId about) => _database.ReadEndorsements(about);

    /// <summary>
    /// What an HTTP server answers for a path below the log's prefix (C2SP tlog-tiles): <c>checkpoint</c>,
    /// <c>tile/L/N[.p/W]</c> or <c>tile/entries/N[.p/W]</c>. Null (404) for anything else, for what no published
    /// checkpoint covers, and for partial tiles whose full tile is there. The path may be hostile.
    /// </summary>
    public LogResource? TryGetResource(ReadOnlySpan<char> path)
    {
        LogCheckpoint checkpoint = Checkpoint;
        if (path is TileFiles.CheckpointName)
        {
            return new LogResource(PublishedCheckpoint.Note.ToArray(), "text/plain; charset=utf-8", IsImmutable: false);
        }

        if (!TilePath.TryParse(path, out TilePath tile) || tile.Level >= TileTree.Levels)
        {
            return null;
        }

        ulong hashes = TileTree.HashesAt(Math.Max(tile.Level, 0), checkpoint.Size);
        if (tile.Number > hashes / TilePath.FullWidth
            || (tile.Number * TilePath.FullWidth) + (ulong)tile.Width > hashes
            || _files.TryRead(tile) is not { } content)
        {
            return null;
        }

        return new LogResource(content, "application/octet-stream", IsImmutable: true);
    }

    /// <summary>Brings what is durable under a checkpoint, unless the log is faulted, and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            return;
        }

        await _batchGate.WaitAsync().ConfigureAwait(false);
        _isClosed = true;
        _batchGate.Release();
        await _closing.CancelAsync().ConfigureAwait(false);
        await _integrating.ConfigureAwait(false);
        await _integrationGate.WaitAsync().ConfigureAwait(false);
        if (Fault is null)
        {
            try
            {
                Integrate();
            }
            catch (LogException)
            {
                // It is noted as the fault. Closing goes on: the entries are durable and the next opening has them.
            }
        }

        Interlocked.Exchange(ref _published, NewSignal()).TrySetResult();
        _cosigned.Dispose();
        _database.Dispose();
        _folderLock.Dispose();
        _closing.Dispose();
        _integrationGate.Release();
    }

    internal bool HasReceipt(ReceiptId id) => _database.HasReceipt(id);

    internal ulong LastCounter(string apiKey)
    {
        if (!_counters.TryGetValue(apiKey, out ulong last))
        {
            last = _database.ReadCounter(apiKey)?.Counter ?? 0;
            _counters[apiKey] = last;
        }

        return last;
    }

    internal void Commit(LogBatch batch, IReadOnlyList<LogRow> rows)
    {
        ThrowIfUnusable();
        if (rows.Count == 0)
        {
            return;
        }

        try
        {
            _database.Commit(batch.FirstIndex, rows, _options.Time.GetUtcNow().ToUnixTimeMilliseconds(), _options.AfterStep);
        }
        catch (Exception e)
        {
            // A failed sync may have lost data that a later one would not report: never go on.
            throw SetFault("a commit", e);
        }

        foreach ((string apiKey, ulong last) in batch.Counters)
        {
            _counters[apiKey] = last;
        }

        Volatile.Write(ref _size, batch.FirstIndex + (ulong)rows.Count);
        _news.Writer.TryWrite(true);
    }

    internal void EndBatch() => _batchGate.Release();

    private static TiledLog Start(string folder, LogOptions options, Action create)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CheckpointInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CachedTiles, 16);
        ArgumentOutOfRangeException.ThrowIfNegative(options.TilesCheckedOnOpen);
        FolderLock folderLock = FolderLock.Take(folder);
        LogDatabase? database = null;
        CosignedCheckpoints? cosigned = null;
        try
        {
            create();
            database = LogDatabase.Open(folder, options.AfterStep);
            cosigned = CosignedCheckpoints.Open(folder, options.Signer.VerifierKey);
            DurableFiles durable = new(folder, Path.Combine(folder, "temporary")) { AfterStep = options.AfterStep };
            durable.ClearTemporary();
            TileFiles files = new(durable);
            OpenedLog opened = new OpenChecks(database, files, options.Signer.VerifierKey)
                .Load(options.CachedTiles, options.TilesCheckedOnOpen);
            if (cosigned.Largest > opened.Checkpoint.Size)
            {
                throw new LogException(
                    LogErrors.RolledBack,
                    LogDatabase.FileName,
                    $"witnesses have cosigned {cosigned.Largest} entries, the database's checkpoint has {opened.Checkpoint.Size}: an old copy was put back");
            }

            return new TiledLog(options, folderLock, database, cosigned, files, opened);
        }
        catch (Exception e)
        {
            cosigned?.Dispose();
            database?.Dispose();
            folderLock.Dispose();
            throw e switch
            {
                LogException => e,
                IOException or UnauthorizedAccessException => new LogException(LogErrors.Io, folder, e.Message, e),
                SqliteException => new LogException(LogErrors.Database, LogDatabase.FileName, e.Message, e),
                _ => e,
            };
        }
    }

    private static void CreatePrivateFolder(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogException(LogErrors.Io, folder, e.Message, e);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task IntegrateInBackgroundAsync()
    {
        try
        {
            while (await _news.Reader.WaitToReadAsync(_closing.Token).ConfigureAwait(false))
            {
                _news.Reader.TryRead(out _);
                await IntegrateAsync(_closing.Token).ConfigureAwait(false);
                await Task.Delay(_options.CheckpointInterval, _options.Time, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LogException)
        {
            // Closing, or noted as the fault.
        }
    }

    private async Task WaitUntilAsync(Func<bool> isSo, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task published = Volatile.Read(ref _published).Task;
            if (isSo())
            {
                return;
            }

            ThrowIfUnusable();
            await published.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Integrates and wakes those who wait. Under the integration gate.</summary>
    private void Integrate()
    {
        try
        {
            _integrator.Run(Size);
        }
        catch (Exception e)
        {
            throw SetFault("an integration", e);
        }

        Interlocked.Exchange(ref _published, NewSignal()).TrySetResult();
    }

    private LogException SetFault(string what, Exception cause)
    {
        LogException fault = new(LogErrors.Faulted, Origin, $"{what} failed ({cause.Message}); open the log again", cause);
        LogException first = Interlocked.CompareExchange(ref _fault, fault, null) ?? fault;
        Interlocked.Exchange(ref _published, NewSignal()).TrySetResult();
        return first;
    }

    private void ThrowIfUnusable()
    {
        if (Fault is { } fault)
        {
            throw new LogException(fault.Code, fault.Subject, fault.Detail, fault.InnerException);
        }

        if (_isClosed)
        {
            throw new LogException(LogErrors.Closed, Origin, "the log was closed");
        }
    }
}
