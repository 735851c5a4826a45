using Assay.Files;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Replayer.Storage;

/// <summary>
/// A peer's folder: its key, and what it has refuted. A refutation is on disk, content and name, when <see cref="Keep"/> returns,
/// whatever moment the process is killed at. Safe for concurrent use.
/// </summary>
public sealed class ReplayerStore : IDisposable
{
    /// <summary>Refutations kept for a node, that is for a log key, which no rotation changes. A node that has so many has nothing left to hide, and could make any number.</summary>
    public const int MaxRefutationsPerNode = 10_000;

    private const string RefutationFolder = "refutations";
    private const string LockFile = "lock";

    private readonly Lock _gate = new();
    private readonly int _perNodeLimit;
    private readonly FileStream _lock;
    private readonly DurableFiles _files;
    private readonly Dictionary<Digest32, Refutation> _byReceipt = [];
    private readonly SortedDictionary<string, Refutation> _refutations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _perNode = new(StringComparer.Ordinal);
    private long _notKept;

    private ReplayerStore(FileStream folderLock, DurableFiles files, Es256Signer signer, int perNode)
    {
        _perNodeLimit = perNode;
        _lock = folderLock;
        _files = files;
        Signer = signer;
    }

    /// <summary>The peer's key.</summary>
    public P256PublicKey Key => Signer.PublicKey;

    /// <summary>Refutations that are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _refutations.Count;
            }
        }
    }

    /// <summary>Refutations that were answered and not kept since the start, because there were too many of that node.</summary>
    public long NotKept => Interlocked.Read(ref _notKept);

    internal Es256Signer Signer { get; }

    /// <summary>Opens a folder; makes it and a key if there is none.</summary>
    /// <param name="folder">Made readable by its owner only.</param>
    /// <param name="passphrase">The key file's; null: it is plain.</param>
    /// <exception cref="InvalidDataException">Another process has it (<see cref="ReplayerErrors.Locked"/>), or it isn't in order (<see cref="ReplayerErrors.State"/>).</exception>
    /// <exception cref="KeyException">The key can't be used.</exception>
    public static ReplayerStore Open(string folder, KeyPassphrase? passphrase) => Open(folder, passphrase, null, MaxRefutationsPerNode);

    internal static ReplayerStore Open(string folder, KeyPassphrase? passphrase, Action<string>? afterStep, int perNode)
    {
        folder = Path.GetFullPath(folder);
        OwnerOnlyFile.CreateDirectory(folder);
        FileStream folderLock = Take(folder);
        Es256Signer? signer = null;
        try
        {
            DurableFiles files = new(folder, Path.Combine(folder, "temporary")) { AfterStep = afterStep };
            files.ClearTemporary();
            signer = PeerKeyFile.Open(folder, passphrase, mayCreate: !Directory.Exists(Path.Combine(folder, RefutationFolder)));
            ReplayerStore store = new(folderLock, files, signer, perNode);
            store.Load(folder);
            return store;
        }
        catch
        {
            signer?.Dispose();
            folderLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Signer.Dispose();
        _lock.Dispose();
    }

    /// <summary>Keeps a refutation, durably; or counts it only, if there are too many of that node.</summary>
    /// <param name="node">The node's keys.</param>
    /// <param name="item">The item, with its opening.</param>
    /// <exception cref="IOException">It can't be written; the same call may be made again.</exception>
    internal void Keep(KeySet node, AttachedEndorsement item)
    {
        string folder = Convert.ToHexStringLower(node.LogKey.Span);
        string name = item.Endorsement.Digest.ToString();
        lock (_gate)
        {
            if (_refutations.ContainsKey(name))
            {
                return;
            }

            if (_perNode.GetValueOrDefault(folder) >= _perNodeLimit)
            {
                Interlocked.Increment(ref _notKept);
                return;
            }

            string path = $"{RefutationFolder}/{folder}/{name}";
            _files.Write(path, item.Encode(), ownerOnly: true);
            _files.SyncFolders();
            Add(folder, new Refutation(item.Endorsement.Digest, item.Endorsement.Receipt, path));
        }
    }

    /// <summary>Digest of the endorsement and of the receipt, in order.</summary>
    internal List<Refutation> Refutations()
    {
        lock (_gate)
        {
            return [.. _refutations.Values];
        }
    }

    /// <summary>A refutation by its endorsement's digest; null if there is none.</summary>
    internal AttachedEndorsement? Find(string endorsement)
    {
        lock (_gate)
        {
            return _refutations.TryGetValue(endorsement, out Refutation? found) ? Read(found.Path) : null;
        }
    }

    /// <summary>The refutation of a receipt; null if there is none.</summary>
    internal AttachedEndorsement? FindByReceipt(in Digest32 receipt)
    {
        lock (_gate)
        {
            return _byReceipt.TryGetValue(receipt, out Refutation? found) ? Read(found.Path) : null;
        }
    }

    private static FileStream Take(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{ReplayerErrors.Locked}: another process has {folder}, or it can't be written ({e.Message})", e);
        }
    }

    private void Load(string folder)
    {
        string all = Path.Combine(folder, RefutationFolder);
        foreach (string node in Directory.Exists(all) ? Directory.EnumerateDirectories(all) : [])
        {
            string name = Path.GetFileName(node);
            foreach (string file in _files.List($"{RefutationFolder}/{name}"))
            {
                // What was published can't be taken back by a file that goes bad unnoticed.
                string path = $"{RefutationFolder}/{name}/{file}";
                AttachedEndorsement item = Read(path) is { } read && read.Endorsement.Digest.ToString() == file ? read
                    : throw new InvalidDataException($"{ReplayerErrors.State}: {path} isn't a refutation that this peer wrote; move it away to start without it");
                Add(name, new Refutation(item.Endorsement.Digest, item.Endorsement.Receipt, path));
            }
        }
    }

    private AttachedEndorsement? Read(string path) =>
        _files.TryRead(path, Refutation.MaxLength) is { } bytes
        && AttachedEndorsement.TryDecode(bytes, out _) is { Opening: not null, Evidence: { } evidence } item
        && item.Endorsement.Finding == EndorsementFinding.Refuted
        && item.Endorsement.Issuer == Key
        && item.Endorsement.Evidence == Digest32.Sha256(evidence.Span)
            ? item
            : null;

    private void Add(string node, Refutation refutation)
    {
        _refutations[refutation.Endorsement.ToString()] = refutation;
        _byReceipt[refutation.Receipt] = refutation;
        _perNode[node] = _perNode.GetValueOrDefault(node) + 1;
    }
}
