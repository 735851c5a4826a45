using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Files;
using Assay.Primitives.Cbor;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Node.Keys;

/// <summary>
/// Where a node's key sets stand in its folder. The file <c>keyset.cbor</c> alone says which set is in force: a change of keys is
/// one rename of it, so no crash leaves a set without its key.
/// </summary>
internal sealed class KeyFiles(string folder, KeyPassphrase? passphrase = null)
{
    private readonly string _keys = Path.Combine(folder, "keys");

    /// <summary>The key set in force.</summary>
    public string KeySetPath { get; } = Path.Combine(folder, "keyset.cbor");

    private string IndexPath => Path.Combine(_keys, "events");

    private string PendingPath => Path.Combine(_keys, "change.pending");

    /// <summary>The file of a set's receipt key.</summary>
    public string ReceiptKeyPath(KeySet keySet)
    {
        string named = Path.Combine(_keys, $"receipt-{keySet.Digest.ToString()[..16]}.pem");

        // The first set's key has its old name in folders of earlier builds.
        return File.Exists(named) ? named : Path.Combine(_keys, "receipt.pem");
    }

    /// <summary>Writes a set's receipt key, durably; makes the folder.</summary>
    public void WriteReceiptKey(KeySet keySet, ECDsa key)
    {
        OwnerOnlyFile.CreateDirectory(_keys);
        ProtectedKeyFile.WriteP256(Path.Combine(_keys, $"receipt-{keySet.Digest.ToString()[..16]}.pem"), key, passphrase);
    }

    /// <summary>Reads a set's receipt key.</summary>
    /// <exception cref="KeyException">It can't be used.</exception>
    public ECDsa ReadReceiptKey(KeySet keySet) => ProtectedKeyFile.ReadP256(ReceiptKeyPath(keySet), passphrase);

    /// <summary>Writes the log's Ed25519 seed, durably; the folder is there.</summary>
    public void WriteSeed(ReadOnlySpan<byte> seed) => LogSeedFile.Write(_keys, seed, passphrase);

    /// <summary>Reads the log's key.</summary>
    /// <exception cref="KeyException">It can't be used.</exception>
    public NoteSigner ReadLogSigner(string origin)
    {
        byte[] seed = LogSeedFile.Read(_keys, passphrase);
        try
        {
            return new NoteSigner(origin, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Deletes all receipt keys but one: what has retired can't be stolen any more, and what never came into force is of no use.</summary>
    public void DeleteReceiptKeysExcept(KeySet keySet)
    {
        string kept = ReceiptKeyPath(keySet);
        foreach (string path in Directory.EnumerateFiles(_keys, "receipt*").Where(path => path != kept).ToList())
        {
            File.Delete(path);
        }
    }

    /// <summary>The places in the log of rotations and revocations, ascending.</summary>
    /// <exception cref="InvalidDataException">The file isn't a list of them.</exception>
    public List<ulong> ReadEvents()
    {
        List<ulong> events = [];
        if (File.Exists(IndexPath))
        {
            foreach (string line in File.ReadLines(IndexPath))
            {
                if (!ulong.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out ulong index) || (events.Count > 0 && index <= events[^1]))
                {
                    throw new InvalidDataException($"{IndexPath}: not a list of log positions");
                }

                events.Add(index);
            }
        }

        return events;
    }

    /// <summary>Adds a place, if it isn't there yet.</summary>
    public void AddEvent(ulong index)
    {
        List<ulong> events = ReadEvents();
        if (!events.Contains(index))
        {
            events.Add(index);
            OwnerOnlyFile.Write(IndexPath, Encoding.ASCII.GetBytes(string.Concat(events.Select(static i => i.ToString(CultureInfo.InvariantCulture) + "\n"))));
        }
    }

    /// <summary>Notes what is about to be logged, and where.</summary>
    public void WritePending(ulong index, byte[] entry)
    {
        CborWriter writer = new(entry.Length + 16);
        writer.WriteArrayHeader(2);
        writer.WriteUInt(index);
        writer.WriteBytes(entry);
        OwnerOnlyFile.Write(PendingPath, writer.Written);
    }

    /// <summary>What an interrupted change was about to log; null if there was none.</summary>
    /// <exception cref="InvalidDataException">The file can't be read.</exception>
    public (ulong Index, byte[] Entry)? ReadPending()
    {
        if (!File.Exists(PendingPath))
        {
            return null;
        }

        CborReader reader = new(File.ReadAllBytes(PendingPath));
        reader.ReadArrayHeader(2);
        ulong index = reader.ReadUInt();
        byte[] entry = reader.ReadBytes().ToArray();
        reader.End();
        return reader.Error is null ? (index, entry) : throw new InvalidDataException($"{PendingPath}: {reader.Error}");
    }

    public void DeletePending() => File.Delete(PendingPath);

    /// <summary>The key set in force.</summary>
    /// <exception cref="InvalidDataException">There is none, or it can't be read.</exception>
    public KeySet ReadKeySet()
    {
        if (!File.Exists(KeySetPath))
        {
            throw new InvalidDataException($"{KeySetPath}: there is no node here; 'assay serve' makes one");
        }

        return KeySet.TryDecode(File.ReadAllBytes(KeySetPath), out string? error) ?? throw new InvalidDataException($"{KeySetPath}: {error}");
    }
}
