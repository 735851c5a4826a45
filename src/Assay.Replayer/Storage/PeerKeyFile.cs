using System.Security.Cryptography;
using Assay.Files;
using Assay.Primitives.Cose;

namespace Assay.Replayer.Storage;

/// <summary>The peer's P-256 key in its folder: PKCS#8 in PEM, plain or encrypted, by the rules of a node's keys.</summary>
internal static class PeerKeyFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "peer.pem";

    /// <summary>Reads the key, or makes one if it may.</summary>
    /// <param name="folder">The peer's folder.</param>
    /// <param name="passphrase">With it the file must be encrypted, and a new one is; null: plain.</param>
    /// <param name="mayCreate">Whether there is nothing yet that was signed with a key of this folder.</param>
    /// <exception cref="KeyException">The file can't be used.</exception>
    /// <exception cref="InvalidDataException">There is none, and none may be made.</exception>
    public static Es256Signer Open(string folder, KeyPassphrase? passphrase, bool mayCreate)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            if (!mayCreate)
            {
                throw new InvalidDataException($"{ReplayerErrors.State}: {path} is missing, and there are refutations that were signed with it");
            }

            using ECDsa made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            ProtectedKeyFile.WriteP256(path, made, passphrase);
        }

        ECDsa key = ProtectedKeyFile.ReadP256(path, passphrase);
        return new Es256Signer(key);
    }
}
