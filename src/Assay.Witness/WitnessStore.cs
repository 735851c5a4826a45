using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Assay.Files;
using Assay.Log.Storage;
using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Witness;

/// <summary>
/// A witness's folder. What a log's file says is what was cosigned last or newer, whatever moment the process is killed
/// at: it is written, synced and renamed, and its name synced, before a cosignature leaves. Safe for concurrent use.
/// </summary>
public sealed class WitnessStore : IDisposable
{
    /// <summary>Forks kept per log: one is enough, and a log's owner could make any number.</summary>
    public const int MaxForksPerLog = 16;

    private const string SeedFile = "witness.seed";
    private const string KeyFile = "witness.vkey";
    private const string LogFolder = "logs";
    private const string ForkFolder = "forks";
    private const int MaxLogBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly FolderLock _folderLock;
    private readonly DurableFiles _files;
    private readonly Dictionary<string, WitnessedLog> _logs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (string Origin, byte[] File)> _forks = new(StringComparer.Ordinal);

    private WitnessStore(FolderLock folderLock, DurableFiles files, CosignatureSigner signer)
    {
        _folderLock = folderLock;
        _files = files;
        Signer = signer;
    }

    /// <summary>The witness's key.</summary>
    public CosignatureKey Key => Signer.Key;

    internal CosignatureSigner Signer { get; }

    /// <summary>The origins of the logs that it watches.</summary>
    public IReadOnlyList<string> Origins
    {
        get
        {
            lock (_gate)
            {
                return [.. _logs.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Opens the folder, or makes a witness there if it has none.</summary>
    /// <param name="folder">Made readable by its owner only.</param>
    /// <param name="name">The witness's name; null to take the one of a folder that has one.</param>
    /// <exception cref="Log.LogException">Another process has it, or it can't be written.</exception>
    /// <exception cref="InvalidDataException">A file there isn't what a witness wrote, or the name is another's; the message starts with a code.</exception>
    public static WitnessStore Open(string folder, string? name) => Open(folder, name, null);

    /// <summary>Makes a witness watch a log. A second key for an origin is one more that may sign for it.</summary>
    /// <returns>False if it did already.</returns>
    public bool Trust(NoteVerifierKey logKey)
    {
        ArgumentNullException.ThrowIfNull(logKey);
        lock (_gate)
        {
            WitnessedLog? known = _logs.GetValueOrDefault(logKey.Name);
            if (known?.Keys.Contains(logKey) == true)
            {
                return false;
            }

            if (known?.Keys.Length == WitnessedLog.MaxKeys)
            {
                throw new InvalidDataException($"{WitnessErrors.State}: '{logKey.Name}' has {WitnessedLog.MaxKeys} keys already");
            }

            Save(known is null ? new WitnessedLog([logKey], null) : known with { Keys = known.Keys.Add(logKey) });
            return true;
        }
    }

    /// <summary>The forks that were seen: a proof's name (64 hexadecimal digits) and the log's origin.</summary>
    public IReadOnlyList<(string Name, string Origin)> Forks()
    {
        lock (_gate)
        {
            return [.. _forks.Select(static fork => (fork.Key, fork.Value.Origin))];
        }
    }

    /// <summary>A fork proof by its name; null if there is none.</summary>
    public byte[]? Fork(string name)
    {
        lock (_gate)
        {
            return _forks.GetValueOrDefault(name).File;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Signer.Dispose();
        _folderLock.Dispose();
    }

    internal static WitnessStore Open(string folder, string? name, Action<string>? afterStep)
    {
        CreateFolder(folder);
        FolderLock folderLock = FolderLock.Take(folder);
        CosignatureSigner? signer = null;
        try
        {
            DurableFiles files = new(folder, Path.Combine(folder, "temporary")) { AfterStep = afterStep };
            files.ClearTemporary();
            signer = OpenSigner(files, name);
            WitnessStore store = new(folderLock, files, signer);
            store.Load();
            return store;
        }
        catch
        {
            signer?.Dispose();
            folderLock.Dispose();
            throw;
        }
    }

    internal WitnessedLog? Find(string origin)
    {
        lock (_gate)
        {
            return _logs.GetValueOrDefault(origin);
        }
    }

    /// <summary>Durable when it returns.</summary>
    internal void Save(WitnessedLog log)
    {
        lock (_gate)
        {
            _files.Write($"{LogFolder}/{FileOf(log.Origin)}", log.Encode());
            _files.SyncFolders();
            _logs[log.Origin] = log;
        }
    }

    /// <summary>Keeps and publishes a proof, unless there are enough of that log.</summary>
    internal void Publish(ForkProof fork)
    {
        byte[] bytes = fork.Encode();
        string name = Digest32.Sha256(bytes).ToString();
        lock (_gate)
        {
            if (_forks.ContainsKey(name) || _forks.Values.Count(known => known.Origin == fork.LogKey.Name) >= MaxForksPerLog)
            {
                return;
            }

            _files.Write($"{ForkFolder}/{name}", bytes);
            _files.SyncFolders();
            _forks[name] = (fork.LogKey.Name, bytes);
        }
    }

    private static CosignatureSigner OpenSigner(DurableFiles files, string? name)
    {
        byte[]? seed = files.TryRead(SeedFile, long.MaxValue);
        if (seed is null)
        {
            if (name is null)
            {
                throw new InvalidDataException($"{WitnessErrors.Name}: there is no witness in this folder; a new one needs a name");
            }

            // The seed first: a key without its seed would be a witness that nobody can be.
            seed = RandomNumberGenerator.GetBytes(Ed25519.SeedSize);
            using CosignatureSigner made = new(name, seed);
            files.Write(SeedFile, seed, ownerOnly: true);
            files.Write(KeyFile, Encoding.UTF8.GetBytes(made.Key + "\n"));
            files.SyncFolders();
        }

        if (seed.Length != Ed25519.SeedSize)
        {
            throw new InvalidDataException($"{WitnessErrors.State}: {SeedFile} isn't {Ed25519.SeedSize} bytes");
        }

        // A crash between the two files leaves a seed without a name: the next opening with a name completes it.
        byte[]? text = files.TryRead(KeyFile, 4096);
        if (text is null && name is not null)
        {
            using CosignatureSigner made = new(name, seed);
            text = Encoding.UTF8.GetBytes(made.Key + "\n");
            files.Write(KeyFile, text);
            files.SyncFolders();
        }

        CosignatureKey key = (text is null ? null : CosignatureKey.TryParse(Encoding.UTF8.GetString(text).TrimEnd('\n'), out _))
            ?? throw new InvalidDataException($"{WitnessErrors.State}: {KeyFile} isn't a witness's key");
        if (name is not null && key.Name != name)
        {
            throw new InvalidDataException($"{WitnessErrors.Name}: this folder belongs to the witness '{key.Name}', not to '{name}'");
        }

        CosignatureSigner signer = new(key.Name, seed);
        CryptographicOperations.ZeroMemory(seed);
        if (signer.Key != key)
        {
            signer.Dispose();
            throw new InvalidDataException($"{WitnessErrors.State}: {KeyFile} isn't the key of {SeedFile}");
        }

        return signer;
    }

    private static void CreateFolder(string folder)
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

    // An origin is any text; a file's name isn't.
    private static string FileOf(string origin) => Digest32.Sha256(Encoding.UTF8.GetBytes(origin)).ToString();

    private void Load()
    {
        foreach (string file in _files.List(LogFolder))
        {
            // A witness that forgot what it cosigned would cosign anything: no file is passed over.
            WitnessedLog log = _files.TryRead($"{LogFolder}/{file}", MaxLogBytes) is { } bytes && WitnessedLog.TryDecode(bytes) is { } read && FileOf(read.Origin) == file
                ? read
                : throw new InvalidDataException($"{WitnessErrors.State}: {LogFolder}/{file} isn't what a witness wrote");
            _logs.Add(log.Origin, log);
        }

        foreach (string file in _files.List(ForkFolder))
        {
            if (_files.TryRead($"{ForkFolder}/{file}", ForkProof.MaxSize) is { } bytes && ForkProof.TryDecode(bytes, out _) is { } fork && Digest32.Sha256(bytes).ToString() == file)
            {
                _forks.Add(file, (fork.LogKey.Name, bytes));
            }
        }
    }
}
