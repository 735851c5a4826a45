using System.Security.Cryptography;
using Assay.Files;
using Assay.Log;
using Assay.Primitives.Cose;
using Assay.Primitives.Notes;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Keys;

/// <summary>
/// Who a node is: its key set and the private keys behind it. Keys are made once and stay in the node's folder,
/// readable by the owner only. A folder whose key set and keys disagree doesn't open.
/// </summary>
public sealed class NodeIdentity : IDisposable
{
    /// <summary>How long a new key set is valid; <see cref="KeyChange.RotateAsync"/> makes the next one.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(5 * 365);

    private readonly NodeKeys _keys;

    private NodeIdentity(KeySet keySet, NodeKeys keys)
    {
        KeySet = keySet;
        _keys = keys;
    }

    /// <summary>The public half.</summary>
    public KeySet KeySet { get; }

    /// <summary>Signs batch heads.</summary>
    public IEs256Signer ReceiptSigner => _keys.ReceiptSigner;

    /// <summary>Signs checkpoints.</summary>
    public NoteSigner LogSigner => _keys.LogSigner;

    /// <summary>The trust file that names this node and its log and nothing else.</summary>
    public string TrustText => $"# Assay trust file: the node '{KeySet.Origin}'\n{TrustFile.LinesFor(KeySet)}";

    /// <summary>Opens the identity in a folder, or makes one there if the folder has none.</summary>
    /// <param name="folder">The node's folder; created if missing.</param>
    /// <param name="origin">The log's name for a new identity; an existing one must have the same.</param>
    /// <param name="now">Start of a new key set's validity.</param>
    /// <param name="passphrase">Of the key files; new ones are encrypted under it. Null: they are plain.</param>
    /// <exception cref="InvalidDataException">The files there disagree, or belong to another origin.</exception>
    /// <exception cref="KeyException">The keys can't be used.</exception>
    public static NodeIdentity OpenOrCreate(string folder, string origin, DateTimeOffset now, KeyPassphrase? passphrase = null)
    {
        KeyFiles files = new(folder, passphrase);
        if (!File.Exists(files.KeySetPath))
        {
            Create(folder, files, origin, now);
        }

        NoteSigner logSigner = files.ReadLogSigner(origin);
        try
        {
            KeySet keySet = Finished(files, folder, origin, logSigner);
            Es256Signer receiptSigner = new(files.ReadReceiptKey(keySet));
            return Checked(keySet, new NodeKeys(receiptSigner, logSigner, receiptSigner), files.KeySetPath, "the files beside it");
        }
        catch
        {
            logSigner.Dispose();
            throw;
        }
    }

    /// <summary>Opens the identity in a folder that holds no private keys, or makes one there.</summary>
    /// <param name="folder">The node's folder; created if missing.</param>
    /// <param name="origin">The log's name for a new identity; an existing one must have the same.</param>
    /// <param name="now">Start of a new key set's validity.</param>
    /// <param name="source">Where the keys are.</param>
    /// <exception cref="InvalidDataException">Folder and keys disagree, or belong to another origin.</exception>
    /// <exception cref="KeyException">The keys can't be used.</exception>
    public static NodeIdentity OpenOrCreate(string folder, string origin, DateTimeOffset now, INodeKeySource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        KeyFiles files = new(folder, null);
        bool isNew = !File.Exists(files.KeySetPath);
        NodeKeys keys = source.Open(origin, isNew);
        try
        {
            if (isNew)
            {
                Directory.CreateDirectory(folder);
                KeySet made = KeySet.Create(origin, keys.ReceiptSigner.PublicKey, keys.LogSigner.VerifierKey.PublicKey, now, now + Validity);
                OwnerOnlyFile.Write(files.KeySetPath, made.Bytes.Span);
            }

            return Checked(Finished(files, folder, origin, keys.LogSigner), keys, files.KeySetPath, source.Place);
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();

    // A change of keys that was interrupted is finished before anything is signed.
    private static KeySet Finished(KeyFiles files, string folder, string origin, NoteSigner logSigner)
    {
        KeyChange.FinishAsync(files, folder, new LogOptions { Signer = logSigner }).GetAwaiter().GetResult();
        KeySet keySet = files.ReadKeySet();
        return keySet.Origin == origin
            ? keySet
            : throw new InvalidDataException($"{files.KeySetPath} belongs to '{keySet.Origin}', not to '{origin}': start the node with its own name or in another folder");
    }

    private static NodeIdentity Checked(KeySet keySet, NodeKeys keys, string keySetPath, string place) =>
        keys.ReceiptSigner.PublicKey.Equals(keySet.ReceiptKey) && keys.LogSigner.VerifierKey.Equals(keySet.LogVerifierKey)
            ? new NodeIdentity(keySet, keys)
            : throw new KeyException(NodeKeyErrors.Mismatch, $"{keySetPath} names other keys than {place}.");

    // The key set goes last: without it the folder has no identity, so a crash before leaves nothing that could be half used.
    private static void Create(string folder, KeyFiles files, string origin, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using Es256Signer signer = new(ecdsa);
        byte[] seed = RandomNumberGenerator.GetBytes(Ed25519.SeedSize);
        KeySet keySet = KeySet.Create(origin, signer.PublicKey, Ed25519.PublicKey(seed), now, now + Validity);
        files.WriteReceiptKey(keySet, ecdsa);
        files.WriteSeed(seed);
        OwnerOnlyFile.Write(files.KeySetPath, keySet.Bytes.Span);
        CryptographicOperations.ZeroMemory(seed);
    }
}
