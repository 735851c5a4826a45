using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Assay.Files;

namespace Assay.Chain;

/// <summary>How a keystore's key comes from the passphrase: scrypt (n, r, p), or where n is 0 PBKDF2 with HMAC-SHA-256 (iterations).</summary>
internal sealed record KeystoreDerivation(int N, int R, int P, int Iterations, byte[] Salt)
{
    public const int Size = 32;

    // What geth writes at its most: 256 MiB of memory. Work is bounded at four times that of such a file.
    private const long MaxBlocks = 1L << 21;
    private const long MaxWork = 4 * MaxBlocks;
    private const long MaxPasses = 1L << 16;
    private const int MaxIterations = 10_000_000;
    private const int MaxSalt = 256;

    /// <exception cref="KeyException">It is another one, or asks for too much.</exception>
    public static KeystoreDerivation Read(string kind, JsonElement parameters)
    {
        byte[] salt = KeystoreFile.Bytes(KeystoreFile.Member(parameters, "salt"), 1, MaxSalt);
        if (KeystoreFile.Whole(parameters, "dklen") != Size)
        {
            throw Wrong("it derives another number of bytes than 32");
        }

        if (kind == "pbkdf2")
        {
            long iterations = KeystoreFile.Whole(parameters, "c");
            return KeystoreFile.Text(parameters, "prf") != "hmac-sha256" ? throw Wrong("its prf isn't hmac-sha256")
                : iterations is < 1 or > MaxIterations ? throw Wrong($"it wants {iterations} rounds, and at most {MaxIterations} are made")
                : new KeystoreDerivation(0, 0, 0, (int)iterations, salt);
        }

        (long n, long r, long p) = kind == "scrypt" ? (KeystoreFile.Whole(parameters, "n"), KeystoreFile.Whole(parameters, "r"), KeystoreFile.Whole(parameters, "p")) : throw Wrong("its kdf is neither scrypt nor pbkdf2");
        return n is < 2 or > MaxBlocks || !BitOperations.IsPow2(n) || r is < 1 or > MaxBlocks || p is < 1 or > MaxBlocks || n * r > MaxBlocks || r * p > MaxPasses || n * r * p > MaxWork
            ? throw Wrong($"scrypt with n = {n}, r = {r}, p = {p} isn't one, or takes more than 256 MiB or more work than is spent on a file")
            : new KeystoreDerivation((int)n, (int)r, (int)p, 0, salt);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("kdf", "scrypt");
        json.WriteStartObject("kdfparams");
        json.WriteNumber("dklen", Size);
        json.WriteNumber("n", N);
        json.WriteNumber("p", P);
        json.WriteNumber("r", R);
        json.WriteString("salt", Convert.ToHexStringLower(Salt));
        json.WriteEndObject();
    }

    public void Derive(ReadOnlySpan<byte> passphrase, Span<byte> key)
    {
        if (N == 0)
        {
            Rfc2898DeriveBytes.Pbkdf2(passphrase, Salt, key, Iterations, HashAlgorithmName.SHA256);
        }
        else
        {
            Scrypt.Derive(passphrase, Salt, N, R, P, key);
        }
    }

    private static KeyException Wrong(string what) => new(WalletErrors.Parameters, $"The keystore's derivation can't be used: {what}.");
}
