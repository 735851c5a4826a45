using System.Security.Cryptography;
using Assay.Files;
using Assay.Log;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Node.Keys;

/// <summary>
/// Changes a stopped node's keys: makes the log entry durable first, then goes over to what it says. An interruption at any moment
/// is finished, or undone, the next time the folder is opened.
/// </summary>
public static class KeyChange
{
    /// <summary>Goes on with a new receipt key; the old one's file is deleted.</summary>
    /// <param name="folder">The node's folder; no node may be running on it.</param>
    /// <param name="time">The clock: start of the new set's validity.</param>
    /// <param name="passphrase">Of the key files; the new key's file is encrypted under it too.</param>
    /// <param name="afterStep">Called after each step with its name: where tests let the process die.</param>
    /// <returns>The new key set, and where in the log the rotation is.</returns>
    /// <exception cref="InvalidDataException">The folder isn't in order, or its keys have changed too often.</exception>
    /// <exception cref="LogException">The log can't be opened: a node is running, for example.</exception>
    public static async Task<(KeySet KeySet, ulong Index)> RotateAsync(string folder, TimeProvider time, Action<string>? afterStep = null, KeyPassphrase? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        KeyFiles files = new(folder, passphrase);
        using NodeIdentity identity = NodeIdentity.OpenOrCreate(folder, files.ReadKeySet().Origin, time.GetUtcNow(), passphrase);
        await using TiledLog log = Open(folder, identity, time);
        LoadInForce(log, files, identity).RequireCurrentInForce();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using Es256Signer signer = new(key);
        DateTimeOffset now = time.GetUtcNow();
        KeySet next = KeySet.Create(identity.KeySet.Origin, signer.PublicKey, identity.KeySet.LogKey.Span, now, now + NodeIdentity.Validity);
        files.WriteReceiptKey(next, key);
        afterStep?.Invoke("key written");
        ulong index = Append(log, files, new LogEntry.ForRotation(KeyRotation.Create(identity.KeySet, identity.ReceiptSigner, next, signer)), afterStep);
        GoOver(files, next, afterStep);
        files.DeletePending();
        return (next, index);
    }

    /// <summary>Revokes one of the node's key sets, signed by the one in force.</summary>
    /// <param name="folder">The node's folder; no node may be running on it.</param>
    /// <param name="keySet">The digest of the set.</param>
    /// <param name="from">From when on its signatures don't count.</param>
    /// <param name="reason">Why: up to 200 printable ASCII characters; public.</param>
    /// <param name="time">The clock.</param>
    /// <param name="passphrase">Of the key files.</param>
    /// <returns>Where in the log the revocation is, and the key set that signed it.</returns>
    /// <exception cref="InvalidDataException">The folder isn't in order, or the node never had this key set.</exception>
    /// <exception cref="LogException">The log can't be opened: a node is running, for example.</exception>
    public static async Task<(ulong Index, KeySet InForce)> RevokeAsync(string folder, Digest32 keySet, DateTimeOffset from, string reason, TimeProvider time, KeyPassphrase? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        KeyFiles files = new(folder, passphrase);
        using NodeIdentity identity = NodeIdentity.OpenOrCreate(folder, files.ReadKeySet().Origin, time.GetUtcNow(), passphrase);
        await using TiledLog log = Open(folder, identity, time);
        NodeKeyHistory history = LoadInForce(log, files, identity);
        if (history.Find(keySet) is null)
        {
            throw new InvalidDataException($"this node never had the key set {keySet}; 'assay keyset show' lists them");
        }

        // A revoked set can't hand on: what its thief would make the next set would count.
        if (keySet == history.Current.Digest)
        {
            throw new InvalidDataException($"the key set {keySet} is in force: run 'assay keyset rotate' first, then revoke it");
        }

        ulong index = Append(log, files, new LogEntry.ForRevocation(KeyRevocation.Create(keySet, from, reason, identity.ReceiptSigner)), null);
        files.DeletePending();
        return (index, history.Current);
    }

    /// <summary>The history of a stopped node's keys.</summary>
    /// <exception cref="InvalidDataException">The folder isn't in order.</exception>
    /// <exception cref="LogException">The log can't be opened: a node is running, for example.</exception>
    public static async Task<NodeKeyHistory> HistoryAsync(string folder, TimeProvider time, KeyPassphrase? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        KeyFiles files = new(folder, passphrase);
        using NodeIdentity identity = NodeIdentity.OpenOrCreate(folder, files.ReadKeySet().Origin, time.GetUtcNow(), passphrase);
        await using TiledLog log = Open(folder, identity, time);
        return NodeKeyHistory.Load(log, files.ReadEvents());
    }

    /// <summary>Finishes a change that was interrupted after it was logged, and forgets one that wasn't.</summary>
    internal static async Task FinishAsync(KeyFiles files, string folder, LogOptions options)
    {
        if (files.ReadPending() is not { } pending)
        {
            return;
        }

        bool isLogged;
        await using (TiledLog log = TiledLog.Open(Path.Combine(folder, "log"), options))
        {
            isLogged = log.GetEntry(pending.Index) is { } entry && entry.AsSpan().SequenceEqual(pending.Entry);
        }

        LogEntry? change = LogEntry.TryDecode(pending.Entry, out _);
        KeySet current = files.ReadKeySet();
        if (isLogged)
        {
            files.AddEvent(pending.Index);
            current = change is LogEntry.ForRotation { Rotation: { } rotation } ? rotation.Next : current;
        }

        GoOver(files, current, null);

        files.DeletePending();
    }

    private static TiledLog Open(string folder, NodeIdentity identity, TimeProvider time)
    {
        string log = Path.Combine(folder, "log");
        return TiledLog.Exists(log)
            ? TiledLog.Open(log, new LogOptions { Signer = identity.LogSigner, Time = time })
            : TiledLog.Create(log, new LogOptions { Signer = identity.LogSigner, Time = time }, new LogEntry.ForKeySet(identity.KeySet.Bytes).Encode());
    }

    // What the folder says is in force must be what the log says, or the log would get a change that nobody can follow.
    private static NodeKeyHistory LoadInForce(TiledLog log, KeyFiles files, NodeIdentity identity)
    {
        NodeKeyHistory history = NodeKeyHistory.Load(log, files.ReadEvents());
        if (history.Current.Digest != identity.KeySet.Digest)
        {
            throw new InvalidDataException($"the log's last key set is {history.Current.Digest}, but this folder has the keys of {identity.KeySet.Digest}: were they restored from before a rotation?");
        }

        // Bundles show them all, with entry 0.
        return history.Events.Count < KeyEvent.MaxCount
            ? history
            : throw new InvalidDataException($"this log has {KeyEvent.MaxCount} entries about keys, as many as a receipt can show: start a new node folder");
    }

    private static ulong Append(TiledLog log, KeyFiles files, LogEntry change, Action<string>? afterStep)
    {
        byte[] entry = change.Encode();
        using LogBatch batch = log.BeginBatch();
        ulong index = batch.Append(entry);
        files.WritePending(index, entry);
        afterStep?.Invoke("pending written");
        batch.Commit();
        afterStep?.Invoke("logged");
        files.AddEvent(index);
        afterStep?.Invoke("event noted");
        return index;
    }

    private static void GoOver(KeyFiles files, KeySet next, Action<string>? afterStep)
    {
        OwnerOnlyFile.Write(files.KeySetPath, next.Bytes.Span);
        afterStep?.Invoke("gone over");
        files.DeleteReceiptKeysExcept(next);
        afterStep?.Invoke("old key deleted");
    }
}
