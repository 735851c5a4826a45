using System.Security.Cryptography;
using Assay.Files;

namespace Assay.Node.Keys;

/// <summary>Encrypts plain key files where they are. May be run again after a crash: what is encrypted already stays.</summary>
public static class NodeKeyProtection
{
    /// <summary>Encrypts all private keys in a folder.</summary>
    /// <param name="folder">The folder of the key files; no node may be running on it.</param>
    /// <param name="passphrase">The passphrase; files that are encrypted must be so under it.</param>
    /// <returns>How many files were encrypted.</returns>
    /// <exception cref="KeyException">A file can't be read; those before it are encrypted.</exception>
    public static int Protect(string folder, KeyPassphrase passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        if (!Directory.Exists(folder))
        {
            throw new KeyException(KeyFileErrors.Unreadable, $"{folder}: there are no keys.");
        }

        int encrypted = 0;
        foreach (string path in Directory.GetFiles(folder, "receipt*.pem").Order(StringComparer.Ordinal))
        {
            if (IsPlain(path, p => ProtectedKeyFile.ReadP256(p, passphrase).Dispose()))
            {
                using ECDsa key = ProtectedKeyFile.ReadP256(path, null);
                ProtectedKeyFile.WriteP256(path, key, passphrase);
                encrypted++;
            }
        }

        string seedPath = Path.Combine(folder, LogSeedFile.PlainName);
        string pemPath = Path.Combine(folder, LogSeedFile.EncryptedName);
        string from = File.Exists(seedPath) ? seedPath : pemPath;
        if (IsPlain(from, p => CryptographicOperations.ZeroMemory(ProtectedKeyFile.ReadSeed(p, passphrase))))
        {
            byte[] seed = ProtectedKeyFile.ReadSeed(from, null);
            ProtectedKeyFile.WriteSeed(pemPath, seed, passphrase);
            CryptographicOperations.ZeroMemory(seed);
            encrypted++;
        }

        File.Delete(seedPath);
        return encrypted;
    }

    private static bool IsPlain(string path, Action<string> readEncrypted)
    {
        try
        {
            readEncrypted(path);
            return false;
        }
        catch (KeyException e) when (e.Code == KeyFileErrors.NotEncrypted)
        {
            return true;
        }
    }
}
