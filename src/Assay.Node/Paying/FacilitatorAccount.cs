using System.Security.Cryptography;
using Assay.Chain;
using Assay.Files;

namespace Assay.Node.Paying;

/// <summary>The account that a price file names, for settling and for signing offers.</summary>
internal static class FacilitatorAccount
{
    /// <summary>Opens it; null: the file names none.</summary>
    /// <exception cref="PriceFileException">It can't be had.</exception>
    internal static EvmAccount? Open(FacilitatorSettings settings, string path)
    {
        if (settings is { Keystore: { } keystore, PassphraseFile: { } file })
        {
            try
            {
                using KeyPassphrase passphrase = KeyPassphrase.FromFile(file);
                return Keystore.Open(keystore, passphrase);
            }
            catch (KeyException e)
            {
                throw new PriceFileException(path, [$"'facilitator.keystore': {e.Message}"]);
            }
        }

        if (settings.KeyVariable is not { } variable)
        {
            return null;
        }

        string? text = Environment.GetEnvironmentVariable(variable);

        // The children of this process have no use for it.
        Environment.SetEnvironmentVariable(variable, null);
        byte[] key = new byte[EvmAccount.KeySize];
        try
        {
            string digits = text?.StartsWith("0x", StringComparison.Ordinal) == true ? text[2..] : text ?? "";
            return digits.Length == 2 * EvmAccount.KeySize && Convert.FromHexString(digits, key, out _, out _) == System.Buffers.OperationStatus.Done && EvmAccount.IsPrivateKey(key)
                ? EvmAccount.FromPrivateKey(key)
                : throw new PriceFileException(path, [$"the environment variable {variable} has no private key (64 hexadecimal digits)"]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
