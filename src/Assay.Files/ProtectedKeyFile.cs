using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;
using Assay.Primitives.Notes;

namespace Assay.Files;

/// <summary>
/// Reads and writes private keys in files: PKCS#8 in PEM, plain or encrypted (PBES2, AES-256-CBC, PBKDF2 with SHA-256); the
/// Ed25519 seed in the same container (RFC 8410), or plain as 32 bytes. Owner-only, and nothing of a key gets into a message.
/// </summary>
public static class ProtectedKeyFile
{
    /// <summary>PBKDF2 iterations of files that are written. Files with others can be read.</summary>
    public const int Iterations = 600_000;

    private const int MaximumBytes = 16 << 10;
    private const string Ed25519Oid = "1.3.101.112";
    private const string PlainLabel = "PRIVATE KEY";
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";
    private static readonly byte[] SeedHead = [0x04, Ed25519.SeedSize];

    /// <summary>Reads a P-256 key; the caller disposes of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">With it the file must be encrypted; null: it must be plain.</param>
    /// <exception cref="KeyException">It can't be used.</exception>
    public static ECDsa ReadP256(string path, KeyPassphrase? passphrase)
    {
        byte[] bytes = ReadOwnerOnly(path, MaximumBytes);
        try
        {
            return P256Of(ReadPem(path, bytes, passphrase), path);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>A P-256 key from its container; the caller disposes of it.</summary>
    /// <exception cref="KeyException">It is another kind of key.</exception>
    public static ECDsa P256Of(Pkcs8PrivateKeyInfo container, string place)
    {
        ECDsa key = ECDsa.Create();
        byte[] pkcs8 = container.Encode();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
            {
                return key;
            }
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // The second is how OpenSSL says that private and public half don't belong together.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }

        key.Dispose();
        throw new KeyException(KeyFileErrors.Malformed, $"{place}: not a P-256 private key.");
    }

    /// <summary>Reads an Ed25519 seed: 32 bytes, to be cleared after use.</summary>
    /// <exception cref="KeyException">It can't be used.</exception>
    public static byte[] ReadSeed(string path, KeyPassphrase? passphrase)
    {
        byte[] bytes = ReadOwnerOnly(path, MaximumBytes);
        if (bytes.Length == Ed25519.SeedSize)
        {
            return passphrase is null ? bytes : throw NotEncrypted(path);
        }

        try
        {
            Pkcs8PrivateKeyInfo container = ReadPem(path, bytes, passphrase);
            ReadOnlySpan<byte> octets = container.PrivateKeyBytes.Span;
            return container.AlgorithmId.Value == Ed25519Oid && octets.Length == SeedHead.Length + Ed25519.SeedSize && octets.StartsWith(SeedHead)
                ? octets[SeedHead.Length..].ToArray()
                : throw new KeyException(KeyFileErrors.Malformed, $"{path}: not an Ed25519 private key.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Writes a P-256 key, encrypted if there is a passphrase.</summary>
    public static void WriteP256(string path, ECDsa key, KeyPassphrase? passphrase)
    {
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        Write(path, Pkcs8PrivateKeyInfo.Decode(pkcs8, out _, skipCopy: true), passphrase);
        CryptographicOperations.ZeroMemory(pkcs8);
    }

    /// <summary>Writes an Ed25519 seed in PKCS#8, encrypted if there is a passphrase.</summary>
    public static void WriteSeed(string path, ReadOnlySpan<byte> seed, KeyPassphrase? passphrase)
    {
        byte[] octets = [.. SeedHead, .. seed];
        Write(path, new Pkcs8PrivateKeyInfo(new Oid(Ed25519Oid), null, octets, true), passphrase);
        CryptographicOperations.ZeroMemory(octets);
    }

    /// <summary>Reads a file that nobody but its owner can use.</summary>
    /// <exception cref="KeyException">Others can, or it can't be read, or it is longer.</exception>
    public static byte[] ReadOwnerOnly(string path, int maximum)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && OwnerOnlyFile.IsTooOpen(File.GetUnixFileMode(path)))
            {
                throw new KeyException(KeyFileErrors.Mode, $"{path}: others than its owner could use it. Run 'chmod 600 {path}', and think about who could have read it.");
            }

            return OwnerOnlyFile.Read(path, maximum);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyException(KeyFileErrors.Unreadable, e.Message);
        }
    }

    /// <summary>Reads PEM, and decrypts it if it is encrypted.</summary>
    /// <exception cref="KeyException">It can't be used.</exception>
    public static Pkcs8PrivateKeyInfo ReadPem(string place, ReadOnlySpan<byte> pem, KeyPassphrase? passphrase)
    {
        char[] text = new char[pem.Length];
        byte[] der = [];
        try
        {
            if (Encoding.ASCII.GetChars(pem, text) == 0 || !PemEncoding.TryFind(text, out PemFields fields))
            {
                throw new KeyException(KeyFileErrors.Malformed, $"{place}: not a PEM file with a private key.");
            }

            der = new byte[fields.DecodedDataLength];
            ReadOnlySpan<char> label = text.AsSpan()[fields.Label];
            if (!Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], der, out int length) || !(label is PlainLabel or EncryptedLabel))
            {
                throw new KeyException(KeyFileErrors.Malformed, $"{place}: not PKCS#8 in PEM ('{PlainLabel}' or '{EncryptedLabel}').");
            }

            return label is PlainLabel ? Plain(place, der.AsMemory(0, length), passphrase) : Decrypted(place, der.AsMemory(0, length), passphrase);
        }
        finally
        {
            Array.Clear(text);
            CryptographicOperations.ZeroMemory(der);
        }
    }

    private static Pkcs8PrivateKeyInfo Plain(string place, ReadOnlyMemory<byte> der, KeyPassphrase? passphrase)
    {
        if (passphrase is not null)
        {
            throw NotEncrypted(place);
        }

        try
        {
            Pkcs8PrivateKeyInfo container = Pkcs8PrivateKeyInfo.Decode(der, out int read);
            return read == der.Length ? container : throw new KeyException(KeyFileErrors.Malformed, $"{place}: more than one key.");
        }
        catch (CryptographicException)
        {
            throw new KeyException(KeyFileErrors.Malformed, $"{place}: not PKCS#8.");
        }
    }

    private static Pkcs8PrivateKeyInfo Decrypted(string place, ReadOnlyMemory<byte> der, KeyPassphrase? passphrase)
    {
        if (passphrase is null)
        {
            throw new KeyException(KeyFileErrors.PassphraseNeeded, $"{place} is encrypted: give its passphrase (a node's: --key-passphrase-file or {KeyPassphrase.Variable}; a replay peer's: {KeyPassphrase.PeerVariable}; a publisher's: {KeyPassphrase.PublisherVariable}).");
        }

        try
        {
            return Pkcs8PrivateKeyInfo.DecryptAndDecode(passphrase.Text, der, out _);
        }
        catch (CryptographicException)
        {
            throw new KeyException(KeyFileErrors.PassphraseWrong, $"{place}: the passphrase is wrong, or the file was altered or cut off.");
        }
    }

    private static void Write(string path, Pkcs8PrivateKeyInfo container, KeyPassphrase? passphrase)
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

    private static KeyException NotEncrypted(string place) =>
        new(KeyFileErrors.NotEncrypted, $"{place} isn't encrypted, although there is a passphrase: encrypt it ('assay keyset protect' for a node's keys), or start without the passphrase.");
}
