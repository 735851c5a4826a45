using System.Security.Cryptography;

namespace Assay.Node.Keys;

/// <summary>Encrypts plain key files where they are. May be run again after a crash: what is encrypted already stays.</summary>
public static class NodeKeyProtection
{
    /// <summary>Encrypts all private keys in a folder.</summary>
    /// <param name="folder">The folder of the key files; no node may be running on it.</param>
    /// <param name="passphrase">The passphrase; files that are encrypted must be so under it.</param>
    /// <returns>How many files were encrypted.</returns>
    /// <exception cref="NodeKeyException">A file can't be read; those before it are encrypted.</exception>
    public static int Protect(string folder, NodeKeyPassphrase passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        if (!Directory.Exists(folder))
        {
            throw new NodeKeyException(NodeKeyErrors.Unreadable, $"{folder}: there are no keys.");
        }

        int encrypted = 0;
        foreach (string path in Directory.GetFiles(folder, "receipt*.pem").Order(StringComparer.Ordinal))
        {
            if (IsPlain(path, p => NodeKeyFiles.ReadReceiptKey(p, passphrase).Dispose()))
            {
                using ECDsa key = NodeKeyFiles.ReadReceiptKey(path, null);
                NodeKeyFiles.WriteReceiptKey(path, key, passphrase);
                encrypted++;
            }
        }

        string seedPath = Path.Combine(folder, NodeKeyFiles.SeedName);
        string pemPath = Path.Combine(folder, NodeKeyFiles.LogName);
        string from = File.Exists(seedPath) ? seedPath : pemPath;
        if (IsPlain(from, p => CryptographicOperations.ZeroMemory(NodeKeyFiles.ReadSeed(p, passphrase))))
        {
            byte[] seed = NodeKeyFiles.ReadSeed(from, null);
            NodeKeyFiles.WriteSeed(pemPath, seed, passphrase);
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
        catch (NodeKeyException e) when (e.Code == NodeKeyErrors.NotEncrypted)
        {
            return true;
        }
    }
}
