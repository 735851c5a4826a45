using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Assay.Evm;
using Assay.Files;
using Assay.Primitives;

namespace Assay.Chain;

/// <summary>
/// Accounts in encrypted files: Web3 Secret Storage, version 3, as geth, <c>cast wallet</c> and MetaMask write them. scrypt and PBKDF2 are
/// read, scrypt is written. A file is there whole or not at all, and only its owner can use it.
/// </summary>
public static class Keystore
{
    /// <summary>scrypt's n of files that are written: with r = 8, p = 1 it takes 128 MiB.</summary>
    public const int Cost = 1 << 17;

    /// <summary>The address that a keystore names, without its passphrase; null if it names none. Nothing but the file says that it has that key.</summary>
    /// <exception cref="KeyException">The file can't be used.</exception>
    public static EvmAddress? ReadAddress(string path) => KeystoreFile.Read(ReadFile(path)).Address;

    /// <summary>Opens a keystore; the caller disposes of the account.</summary>
    /// <exception cref="KeyException">The file can't be used, or the passphrase is wrong (<see cref="WalletErrors"/>).</exception>
    /// <exception cref="PlatformNotSupportedException">This system's library lacks the curve.</exception>
    public static EvmAccount Open(string path, KeyPassphrase passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        byte[] text = passphrase.ToUtf8();
        try
        {
            return Decrypt(ReadFile(path), text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>Writes an account into a new file.</summary>
    /// <exception cref="KeyException">There is such a file, or it can't be written.</exception>
    public static void Create(string path, EvmAccount account, KeyPassphrase passphrase) => Create(path, account, passphrase, Cost);

    internal static void Create(string path, EvmAccount account, KeyPassphrase passphrase, int cost)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        byte[] text = passphrase.ToUtf8();
        try
        {
            if (File.Exists(path))
            {
                throw new KeyException(WalletErrors.Exists, $"{path} is there already, and no key is overwritten.");
            }

            OwnerOnlyFile.Write(path, Encrypt(account, text, cost));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyException(WalletErrors.Unreadable, $"{path} can't be written: {e.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    internal static byte[] Encrypt(EvmAccount account, ReadOnlySpan<byte> passphrase, int cost)
    {
        ArgumentNullException.ThrowIfNull(account);
        KeystoreDerivation derivation = new(cost, 8, 1, 0, RandomNumberGenerator.GetBytes(32));
        Span<byte> derived = stackalloc byte[KeystoreDerivation.Size];
        byte[] iv = RandomNumberGenerator.GetBytes(16), key = account.ExportPrivateKey();
        try
        {
            derivation.Derive(passphrase, derived);
            Cipher(derived[..16], iv, key);
            KeystoreFile file = new(derivation, iv, key, Mac(derived, key).ToArray(), account.Address, RandomId());
            ArrayBufferWriter<byte> buffer = new(512);
            using (Utf8JsonWriter json = new(buffer))
            {
                file.Write(json);
            }

            return buffer.WrittenSpan.ToArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    internal static EvmAccount Decrypt(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> passphrase)
    {
        KeystoreFile file = KeystoreFile.Read(json);
        Span<byte> derived = stackalloc byte[KeystoreDerivation.Size];
        byte[] key = [.. file.Ciphertext];
        try
        {
            file.Derivation.Derive(passphrase, derived);
            if (!CryptographicOperations.FixedTimeEquals(Mac(derived, file.Ciphertext).Bytes, file.Mac))
            {
                throw new KeyException(WalletErrors.PassphraseWrong, "The passphrase isn't this keystore's, or the file was altered.");
            }

            Cipher(derived[..16], file.Iv, key);
            if (!EvmAccount.IsPrivateKey(key))
            {
                throw KeystoreFile.Malformed("what it holds is no private key");
            }

            EvmAccount account = EvmAccount.FromPrivateKey(key);
            if (file.Address is { } named && named != account.Address)
            {
                account.Dispose();
                throw new KeyException(WalletErrors.OtherAddress, $"The keystore names {named}, and holds the key of another account.");
            }

            return account;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>A UUID of version 4.</summary>
    private static Guid RandomId()
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static Digest32 Mac(ReadOnlySpan<byte> derived, ReadOnlySpan<byte> ciphertext) => Keccak256.HashData([.. derived[16..], .. ciphertext]);

    /// <summary>AES-128 in counter mode, which the framework lacks: two blocks of key stream.</summary>
    private static void Cipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, Span<byte> data)
    {
        using Aes aes = Aes.Create();
        aes.SetKey(key);
        Span<byte> counter = stackalloc byte[16], stream = stackalloc byte[16];
        iv.CopyTo(counter);
        for (int i = 0; i < data.Length; i++)
        {
            if (i % 16 == 0)
            {
                aes.EncryptEcb(counter, stream, PaddingMode.None);
                for (int k = 15; k >= 0 && ++counter[k] == 0; k--)
                {
                }
            }

            data[i] ^= stream[i % 16];
        }

        CryptographicOperations.ZeroMemory(stream);
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() || !OwnerOnlyFile.IsTooOpen(File.GetUnixFileMode(path))
                ? OwnerOnlyFile.Read(path, KeystoreFile.MaxBytes)
                : throw new KeyException(WalletErrors.Mode, $"Others than its owner can use {path}: chmod 600 first.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyException(WalletErrors.Unreadable, $"{path} can't be read: {e.Message}");
        }
    }
}
