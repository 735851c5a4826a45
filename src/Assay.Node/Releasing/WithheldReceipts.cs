using System.Collections.Concurrent;
using System.Text;
using Assay.Files;
using Assay.Primitives;

namespace Assay.Node.Releasing;

/// <summary>
/// Receipts whose answers were withheld: their bundles are handed out without outputs. Kept in a file, because the
/// caller knows the id and can ask again after a restart; written through before the caller is told it.
/// </summary>
internal sealed class WithheldReceipts
{
    private readonly string _path;
    private readonly ConcurrentDictionary<ReceiptId, bool> _ids = new();
    private readonly ConcurrentDictionary<ReceiptId, bool> _held = new();
    private readonly Lock _lock = new();

    private WithheldReceipts(string path) => _path = path;

    /// <summary>Reads the file, if there is one; a line that was cut short by a crash was never told to anybody.</summary>
    internal static WithheldReceipts Open(string folder)
    {
        WithheldReceipts withheld = new(Path.Combine(folder, "withheld.txt"));
        if (File.Exists(withheld._path))
        {
            foreach (string line in File.ReadLines(withheld._path))
            {
                if (ReceiptId.TryParse(line, out ReceiptId id))
                {
                    withheld._ids[id] = true;
                }
            }
        }

        else
        {
            // Made now, with its name on the disk, so that adding needs to sync the file only.
            OwnerOnlyFile.Write(withheld._path, []);
        }

        return withheld;
    }

    internal bool Contains(ReceiptId id) => _ids.ContainsKey(id) || _held.ContainsKey(id);

    /// <summary>Holds an answer back as long as it isn't decided about: a peer that has to commit itself knows the id, and mustn't read the answer here.</summary>
    internal void Hold(ReceiptId id) => _held[id] = true;

    /// <summary>The answer goes out.</summary>
    internal void Release(ReceiptId id) => _held.TryRemove(id, out _);

    /// <summary>Adds an id, durably.</summary>
    internal void Add(ReceiptId id)
    {
        lock (_lock)
        {
            using FileStream file = new(_path, FileMode.Append, FileAccess.Write);
            file.Write(Encoding.ASCII.GetBytes($"\n{id}\n"));
            file.Flush(flushToDisk: true);
        }

        _ids[id] = true;
        Release(id);
    }
}
