using System.Security.Cryptography;
using Assay.Files;
using Assay.Primitives.Notes;

namespace Assay.Node.Keys;

/// <summary>Keys in a folder: <c>receipt.pem</c>, and <c>log.pem</c> or (plain) <c>log.seed</c>.</summary>
/// <param name="folder">The folder, readable by its owner only.</param>
/// <param name="passphrase">With it every file must be encrypted, and new ones are; null for plain files.</param>
public sealed class FileKeySource(string folder, KeyPassphrase? passphrase) : INodeKeySource
{
    private readonly string _receipt = Path.Combine(folder, "receipt.pem");

    /// <inheritdoc/>
    public string Place => folder;

    /// <inheritdoc/>
    public NodeKeys Open(string origin, bool mayCreate)
    {
        // A crash between the files leaves the first one only, which no key set names yet: then all are made anew.
        if (mayCreate && !(File.Exists(_receipt) && LogSeedFile.Exists(folder)))
        {
            Create();
        }

        ECDsa receipt = ProtectedKeyFile.ReadP256(_receipt, passphrase);
        byte[] seed = [];
        try
        {
            seed = LogSeedFile.Read(folder, passphrase);
            return NodeKeys.Local(origin, receipt, seed);
        }
        catch
        {
            receipt.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private void Create()
    {
        OwnerOnlyFile.CreateDirectory(folder);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] seed = RandomNumberGenerator.GetBytes(Ed25519.SeedSize);
        ProtectedKeyFile.WriteP256(_receipt, key, passphrase);
        LogSeedFile.Write(folder, seed, passphrase);
        CryptographicOperations.ZeroMemory(seed);
    }
}
