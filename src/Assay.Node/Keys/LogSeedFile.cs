using Assay.Files;

namespace Assay.Node.Keys;

/// <summary>The seed of a node's log key in its folder: encrypted in <c>log.pem</c>, or plain in <c>log.seed</c>.</summary>
internal static class LogSeedFile
{
    /// <summary>The log key's file, plain: 32 bytes.</summary>
    internal const string PlainName = "log.seed";

    /// <summary>The log key's file, encrypted.</summary>
    internal const string EncryptedName = "log.pem";

    /// <summary>Whether there is one.</summary>
    internal static bool Exists(string folder) => File.Exists(Path.Combine(folder, EncryptedName)) || File.Exists(Path.Combine(folder, PlainName));

    /// <summary>Reads the seed: 32 bytes, to be cleared after use.</summary>
    /// <exception cref="KeyException">It can't be used.</exception>
    internal static byte[] Read(string folder, KeyPassphrase? passphrase)
    {
        string pem = Path.Combine(folder, EncryptedName);
        string plain = Path.Combine(folder, PlainName);
        bool hasPem = File.Exists(pem);
        return hasPem && File.Exists(plain)
            ? throw new KeyException(NodeKeyErrors.Ambiguous, $"{folder} has {EncryptedName} and {PlainName}: 'assay keyset protect' stopped half-way? Run it again.")
            : ProtectedKeyFile.ReadSeed(hasPem ? pem : plain, passphrase);
    }

    /// <summary>Writes the seed: plain as 32 bytes, or encrypted.</summary>
    internal static void Write(string folder, ReadOnlySpan<byte> seed, KeyPassphrase? passphrase)
    {
        if (passphrase is null)
        {
            OwnerOnlyFile.Write(Path.Combine(folder, PlainName), seed);
        }
        else
        {
            ProtectedKeyFile.WriteSeed(Path.Combine(folder, EncryptedName), seed, passphrase);
        }
    }
}
