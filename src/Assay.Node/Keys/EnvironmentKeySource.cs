using System.Security.Cryptography;
using System.Text;
using Assay.Files;
using Assay.Primitives.Notes;

namespace Assay.Node.Keys;

/// <summary>
/// Keys from the environment, for platforms that hand secrets over that way: <c>ASSAY_RECEIPT_KEY</c> (PKCS#8 in PEM) and
/// <c>ASSAY_LOG_SEED</c> (32 bytes in hexadecimal digits or base64). Both are removed from this process's environment once read.
/// </summary>
public sealed class EnvironmentKeySource : INodeKeySource, IDisposable
{
    /// <summary>The variable with the receipt key.</summary>
    public const string ReceiptVariable = "ASSAY_RECEIPT_KEY";

    /// <summary>The variable with the log key's seed.</summary>
    public const string SeedVariable = "ASSAY_LOG_SEED";

    private readonly byte[] _pem;
    private readonly byte[] _seed;
    private readonly KeyPassphrase? _passphrase;

    private EnvironmentKeySource(byte[] pem, byte[] seed, KeyPassphrase? passphrase)
    {
        _pem = pem;
        _seed = seed;
        _passphrase = passphrase;
    }

    /// <inheritdoc/>
    public string Place => "the environment";

    /// <summary>Takes the keys out of the environment; null if neither variable is set.</summary>
    /// <param name="passphrase">For a receipt key that is encrypted.</param>
    /// <exception cref="KeyException">Only one is set, or one can't be a key.</exception>
    public static EnvironmentKeySource? Take(KeyPassphrase? passphrase)
    {
        string? pem = Environment.GetEnvironmentVariable(ReceiptVariable);
        string? seed = Environment.GetEnvironmentVariable(SeedVariable);
        Environment.SetEnvironmentVariable(ReceiptVariable, null);
        Environment.SetEnvironmentVariable(SeedVariable, null);
        if (pem is null && seed is null)
        {
            return null;
        }

        if (pem is null || seed is null)
        {
            throw new KeyException(NodeKeyErrors.Ambiguous, $"{(pem is null ? SeedVariable : ReceiptVariable)} is set, but {(pem is null ? ReceiptVariable : SeedVariable)} isn't: a node needs both keys from one place.");
        }

        byte[] bytes = new byte[Ed25519.SeedSize];
        string trimmed = seed.Trim();
        bool isSeed = trimmed.Length == 2 * Ed25519.SeedSize
            ? Convert.FromHexString(trimmed, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == Ed25519.SeedSize
            : trimmed.Length == 44 && Convert.TryFromBase64String(trimmed, bytes, out written) && written == Ed25519.SeedSize;
        return isSeed
            ? new EnvironmentKeySource(Encoding.ASCII.GetBytes(pem), bytes, passphrase)
            : throw new KeyException(KeyFileErrors.Malformed, $"{SeedVariable} isn't 32 bytes in hexadecimal digits or base64.");
    }

    /// <inheritdoc/>
    public NodeKeys Open(string origin, bool mayCreate) =>
        NodeKeys.Local(origin, ProtectedKeyFile.P256Of(ProtectedKeyFile.ReadPem(ReceiptVariable, _pem, _passphrase), ReceiptVariable), _seed);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_pem);
        CryptographicOperations.ZeroMemory(_seed);
    }
}
