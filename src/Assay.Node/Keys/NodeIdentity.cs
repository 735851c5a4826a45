using System.Security.Cryptography;
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

    private readonly ECDsa _ecdsa;

    private NodeIdentity(KeySet keySet, ECDsa ecdsa, Es256Signer receiptSigner, NoteSigner logSigner)
    {
        KeySet = keySet;
        _ecdsa = ecdsa;
        ReceiptSigner = receiptSigner;
        LogSigner = logSigner;
    }

    /// <summary>The public half.</summary>
    public KeySet KeySet { get; }

    /// <summary>Signs batch heads.</summary>
    public IEs256Signer ReceiptSigner { get; }

    /// <summary>Signs checkpoints.</summary>
    public NoteSigner LogSigner { get; }

    /// <summary>The trust file that names this node and its log and nothing else.</summary>
    public string TrustText => $"# Assay trust file: the node '{KeySet.Origin}'\n{TrustFile.LinesFor(KeySet)}";

    /// <summary>Opens the identity in a folder, or makes one there if the folder has none.</summary>
    /// <param name="folder">The node's folder; created if missing.</param>
    /// <param name="origin">The log's name for a new identity; an existing one must have the same.</param>
    /// <param name="now">Start of a new key set's validity.</param>
    /// <exception cref="InvalidDataException">The files there disagree, or belong to another origin.</exception>
    public static NodeIdentity OpenOrCreate(string folder, string origin, DateTimeOffset now)
    {
        KeyFiles files = new(folder);
        if (!File.Exists(files.KeySetPath))
        {
            Create(folder, files, origin, now);
        }

        NoteSigner logSigner = ReadLogSigner(files.LogSeedPath, origin);

        // A change of keys that was interrupted is finished before anything is signed.
        KeyChange.FinishAsync(files, folder, new LogOptions { Signer = logSigner }).GetAwaiter().GetResult();
        KeySet keySet = files.ReadKeySet();
        if (keySet.Origin != origin)
        {
            throw new InvalidDataException($"{files.KeySetPath} belongs to '{keySet.Origin}', not to '{origin}': start the node with its own name or in another folder");
        }

        ECDsa ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(File.ReadAllText(files.ReceiptKeyPath(keySet)));
        Es256Signer receiptSigner = new(ecdsa);
        if (!receiptSigner.PublicKey.Equals(keySet.ReceiptKey) || !logSigner.VerifierKey.Equals(keySet.LogVerifierKey))
        {
            throw new InvalidDataException($"{files.KeySetPath} names other keys than the files beside it");
        }

        return new NodeIdentity(keySet, ecdsa, receiptSigner, logSigner);
    }

    /// <inheritdoc/>
    public void Dispose() => _ecdsa.Dispose();

    private static NoteSigner ReadLogSigner(string path, string origin)
    {
        byte[] seed = File.ReadAllBytes(path);
        if (seed.Length != 32)
        {
            throw new InvalidDataException($"{path}: not a 32-byte seed");
        }

        NoteSigner signer = new(origin, seed);
        CryptographicOperations.ZeroMemory(seed);
        return signer;
    }

    // The key set goes last: without it the folder has no identity, so a crash before leaves nothing that could be half used.
    private static void Create(string folder, KeyFiles files, string origin, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using Es256Signer signer = new(ecdsa);
        byte[] seed = RandomNumberGenerator.GetBytes(32);
        NoteSigner logSigner = new(origin, seed);
        KeySet keySet = KeySet.Create(origin, signer.PublicKey, logSigner.VerifierKey.PublicKey, now, now + Validity);
        files.WriteReceiptKey(keySet, ecdsa);
        OwnerOnlyFile.Write(files.LogSeedPath, seed);
        OwnerOnlyFile.Write(files.KeySetPath, keySet.Bytes.Span);
        CryptographicOperations.ZeroMemory(seed);
    }
}
