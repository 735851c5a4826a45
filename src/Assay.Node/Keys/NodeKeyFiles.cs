using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;
using Assay.Primitives.Notes;

namespace Assay.Node.Keys;

/// <summary>
/// Reads and writes private keys in files: PKCS#8 in PEM, plain or encrypted (PBES2, AES-256-CBC, PBKDF2 with SHA-256); the
/// Ed25519 seed in the same container (RFC 8410), or plain as 32 bytes. Owner-only, and nothing of a key gets into a message.
/// </summary>
internal static class NodeKeyFiles
{
    /// <summary>PBKDF2 iterations of files that are written. Files with others can be read.</summary>
    internal const int Iterations = 600_000;

    /// <summary>The log key's file, plain: 32 bytes.</summary>
    internal const string SeedName = "log.seed";

    /// <summary>The log key's file, encrypted.</summary>
    internal const string LogName = "log.pem";

    private const int MaximumBytes = 16 << 10;
    private const string Ed25519Oid = "1.3.101.112";
    private const string PlainLabel = "PRIVATE KEY";
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";
    private static readonly byte[] SeedHead = [0x04, Ed25519.SeedSize];

    /// <summary>Reads a P-256 key.</summary>
    internal static ECDsa ReadReceiptKey(string path, NodeKeyPassphrase? passphrase)
    {
        byte[] bytes = ReadOwnerOnly(path, MaximumBytes);
        try
        {
            return ReceiptKeyOf(Container(path, bytes, passphrase), path);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>A P-256 key from its container.</summary>
    internal static ECDsa ReceiptKeyOf(Pkcs8PrivateKeyInfo container, string place)
    {
        ECDsa key = ECDsa.Create();
        byte[] pkcs8 = container.Encode();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // The second is how OpenSSL says that private and public half don't belong together.
            key.Dispose();
            throw new NodeKeyException(NodeKeyErrors.Malformed, $"{place}: not a P-256 private key.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>Reads the log's seed from its folder: 32 bytes, to be cleared after use.</summary>
    internal static byte[] ReadLogSeed(string folder, NodeKeyPassphrase? passphrase)
    {
        string pem = Path.Combine(folder, LogName);
        string plain = Path.Combine(folder, SeedName);
        bool hasPem = File.Exists(pem);
        return hasPem && File.Exists(plain)
            ? throw new NodeKeyException(NodeKeyErrors.Ambiguous, $"{folder} has {LogName} and {SeedName}: 'assay keyset protect' stopped half-way? Run it again.")
            : ReadSeed(hasPem ? pem : plain, passphrase);
    }

    /// <summary>Writes the log's seed into its folder: plain as 32 bytes, or encrypted.</summary>
    internal static void WriteLogSeed(string folder, ReadOnlySpan<byte> seed, NodeKeyPassphrase? passphrase)
    {
        if (passphrase is null)
        {
            OwnerOnlyFile.Write(Path.Combine(folder, SeedName), seed);
        }
        else
        {
            WriteSeed(Path.Combine(folder, LogName), seed, passphrase);
        }
    }

    /// <summary>Reads an Ed25519 seed: 32 bytes, to be cleared after use.</summary>
    internal static byte[] ReadSeed(string path, NodeKeyPassphrase? passphrase)
    {
        byte[] bytes = ReadOwnerOnly(path, MaximumBytes);
        if (bytes.Length == Ed25519.SeedSize)
        {
            return passphrase is null ? bytes : throw NotEncrypted(path);
        }

        try
        {
            Pkcs8PrivateKeyInfo container = Container(path, bytes, passphrase);
            ReadOnlySpan<byte> octets = container.PrivateKeyBytes.Span;
            return container.AlgorithmId.Value == Ed25519Oid && octets.Length == SeedHead.Length + Ed25519.SeedSize && octets.StartsWith(SeedHead)
                ? octets[SeedHead.Length..].ToArray()
                : throw new NodeKeyException(NodeKeyErrors.Malformed, $"{path}: not an Ed25519 private key.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Writes a P-256 key, encrypted if there is a passphrase.</summary>
    internal static void WriteReceiptKey(string path, ECDsa key, NodeKeyPassphrase? passphrase)
    {
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        Write(path, Pkcs8PrivateKeyInfo.Decode(pkcs8, out _, skipCopy: true), passphrase);
        CryptographicOperations.ZeroMemory(pkcs8);
    }

    /// <summary>Writes an Ed25519 seed in PKCS#8, encrypted if there is a passphrase.</summary>
    internal static void WriteSeed(string path, ReadOnlySpan<byte> seed, NodeKeyPassphrase? passphrase)
    {
        byte[] octets = [.. SeedHead, .. seed];
        Write(path, new Pkcs8PrivateKeyInfo(new Oid(Ed25519Oid), null, octets, true), passphrase);
        CryptographicOperations.ZeroMemory(octets);
    }

    /// <summary>Reads a file that nobody but its owner can use.</summary>
    internal static byte[] ReadOwnerOnly(string path, int maximum)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && OwnerOnlyFile.IsTooOpen(File.GetUnixFileMode(path)))
            {
                throw new NodeKeyException(NodeKeyErrors.Mode, $"{path}: others than its owner could use it. Run 'chmod 600 {path}', and think about who could have read it.");
            }

            return OwnerOnlyFile.Read(path, maximum);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeKeyException(NodeKeyErrors.Unreadable, e.Message);
        }
    }

    /// <summary>Reads PEM, and decrypts it if it is encrypted.</summary>
    internal static Pkcs8PrivateKeyInfo Container(string place, ReadOnlySpan<byte> pem, NodeKeyPassphrase? passphrase)
    {
        char[] text = new char[pem.Length];
        byte[] der = [];
        try
        {
            if (Encoding.ASCII.GetChars(pem, text) == 0 || !PemEncoding.TryFind(text, out PemFields fields))
            {
                throw new NodeKeyException(NodeKeyErrors.Malformed, $"{place}: not a PEM file with a private key.");
            }

            der = new byte[fields.DecodedDataLength];
            ReadOnlySpan<char> label = text.AsSpan()[fields.Label];
            if (!Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], der, out int length) || !(label is PlainLabel or EncryptedLabel))
            {
                throw new NodeKeyException(NodeKeyErrors.Malformed, $"{place}: not PKCS#8 in PEM ('{PlainLabel}' or '{EncryptedLabel}').");
            }

            return label is PlainLabel ? Plain(place, der.AsMemory(0, length), passphrase) : Decrypted(place, der.AsMemory(0, length), passphrase);
        }
        finally
        {
            Array.Clear(text);
            CryptographicOperations.ZeroMemory(der);
        }
    }

    private static Pkcs8PrivateKeyInfo Plain(string place, ReadOnlyMemory<byte> der, NodeKeyPassphrase? passphrase)
    {
        if (passphrase is not null)
        {
            throw NotEncrypted(place);
        }

        try
        {
            Pkcs8PrivateKeyInfo container = Pkcs8PrivateKeyInfo.Decode(der, out int read);
            return read == der.Length ? container : throw new NodeKeyException(NodeKeyErrors.Malformed, $"{place}: more than one key.");
        }
        catch (CryptographicException)
        {
            throw new NodeKeyException(NodeKeyErrors.Malformed, $"{place}: not PKCS#8.");
        }
    }

    private static Pkcs8PrivateKeyInfo Decrypted(string place, ReadOnlyMemory<byte> der, NodeKeyPassphrase? passphrase)
    {
        if (passphrase is null)
        {
            throw new NodeKeyException(NodeKeyErrors.PassphraseNeeded, $"{place} is encrypted: give --key-passphrase-file or {NodeKeyPassphrase.Variable}.");
        }

        try
        {
            return Pkcs8PrivateKeyInfo.DecryptAndDecode(passphrase.Text, der, out _);
        }
        catch (CryptographicException)
        {
            throw new NodeKeyException(NodeKeyErrors.PassphraseWrong, $"{place}: the passphrase is wrong, or the file was altered or cut off.");
        }
    }

    private static void Write(string path, Pkcs8PrivateKeyInfo container, NodeKeyPassphrase? passphrase)
    {
        byte[] der = passphrase is null
            ? container.Encode()
            : container.Encrypt(passphrase.Text, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations));
        char[] pem = PemEncoding.Write(passphrase is null ? PlainLabel : EncryptedLabel, der);
        byte[] bytes = Encoding.ASCII.GetBytes(pem);
        OwnerOnlyFile.Write(path, bytes);
        CryptographicOperations.ZeroMemory(der);
        CryptographicOperations.ZeroMemory(bytes);
        Array.Clear(pem);
    }

    private static NodeKeyException NotEncrypted(string place) =>
        new(NodeKeyErrors.NotEncrypted, $"{place} isn't encrypted, although there is a passphrase: 'assay keyset protect' encrypts it; or start without the passphrase.");
}
