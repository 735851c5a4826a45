using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;
using Assay.Files;
using Assay.Node.Keys;
using Assay.Receipts;

namespace Assay.Node.Tests.Keys;

/// <summary>A node's own keys in files: encrypted or not, good or spoilt, and never printed.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class NodeKeyTests : IDisposable
{
    private const string Origin = "test.example/log";
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-nodekeys-").FullName;
    private readonly KeyPassphrase _passphrase = KeyPassphrase.Of("correct horse");

    private string Keys => Path.Combine(_folder, "keys");

    private string ReceiptFile => Directory.GetFiles(Keys, "receipt*.pem").Single();

    private string LogFile => Path.Combine(Keys, "log.pem");

    public void Dispose()
    {
        _passphrase.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void EncryptedFiles_OpenWithTheirPassphrase_AndHaveTheContainerThatIsPromised()
    {
        Primitives.Digest32 keySet;
        using (NodeIdentity made = Open(_passphrase))
        {
            keySet = made.KeySet.Digest;
        }

        using (NodeIdentity opened = Open(_passphrase))
        {
            Assert.Equal(keySet, opened.KeySet.Digest);
        }

        foreach (string file in new[] { ReceiptFile, LogFile })
        {
            string pem = File.ReadAllText(file);
            Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", pem, StringComparison.Ordinal);
            byte[] der = Convert.FromBase64String(string.Concat(pem.Split('\n')[1..^1]));
            Assert.True(der.AsSpan().IndexOf(new byte[] { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D }) > 0, "PBES2");
            Assert.True(der.AsSpan().IndexOf(new byte[] { 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2A }) > 0, "AES-256-CBC");
            Assert.True(der.AsSpan().IndexOf(new byte[] { 0x06, 0x08, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x09 }) > 0, "HMAC-SHA256");
            Assert.True(der.AsSpan().IndexOf(new byte[] { 0x02, 0x03, 0x09, 0x27, 0xC0 }) > 0, "600,000 iterations");
        }

        Assert.False(File.Exists(Path.Combine(Keys, "log.seed")));
        Assert.Equal("1.3.101.112", ProtectedKeyFile.ReadPem("log", File.ReadAllBytes(LogFile), _passphrase).AlgorithmId.Value);
    }

    [Fact]
    public void NoPassphrase_AndAWrongOne_AreTold()
    {
        MakeEncrypted();
        Assert.Equal(KeyFileErrors.PassphraseNeeded, Refused(null));
        using KeyPassphrase wrong = KeyPassphrase.Of("wrong horse");
        Assert.Equal(KeyFileErrors.PassphraseWrong, Refused(wrong));
    }

    [Fact]
    public void APassphraseForPlainFiles_IsRefused_UntilTheyAreProtected()
    {
        Primitives.Digest32 keySet;
        using (NodeIdentity made = Open(null))
        {
            keySet = made.KeySet.Digest;
        }

        Assert.Equal(KeyFileErrors.NotEncrypted, Refused(_passphrase));
        Assert.Equal(2, NodeKeyProtection.Protect(Keys, _passphrase));
        Assert.Equal(0, NodeKeyProtection.Protect(Keys, _passphrase));
        Assert.Equal(KeyFileErrors.PassphraseNeeded, Refused(null));
        using NodeIdentity opened = Open(_passphrase);
        Assert.Equal(keySet, opened.KeySet.Digest);
    }

    [Fact]
    public async Task Rotation_KeepsThePassphrase()
    {
        MakeEncrypted();
        (KeySet next, _) = await KeyChange.RotateAsync(_folder, TimeProvider.System, passphrase: _passphrase);
        Assert.StartsWith("-----BEGIN ENCRYPTED", await File.ReadAllTextAsync(ReceiptFile), StringComparison.Ordinal);
        using NodeIdentity opened = Open(_passphrase);
        Assert.Equal(next.Digest, opened.KeySet.Digest);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void AKeyThatOthersCanUse_IsRefused(UnixFileMode more)
    {
        Open(null).Dispose();
        foreach (string file in new[] { ReceiptFile, Path.Combine(Keys, "log.seed") })
        {
            UnixFileMode mode = File.GetUnixFileMode(file);
            File.SetUnixFileMode(file, mode | more);
            Assert.Equal(KeyFileErrors.Mode, Refused(null));
            File.SetUnixFileMode(file, mode);
        }
    }

    [Fact]
    public void SpoiltFiles_GiveACode_AndNoIdentity()
    {
        Open(null).Dispose();
        string seed = Path.Combine(Keys, "log.seed");
        foreach (string file in new[] { ReceiptFile, seed })
        {
            byte[] good = File.ReadAllBytes(file);
            for (int length = 0; length < good.Length; length += 5)
            {
                OwnerOnlyFile.Write(file, good.AsSpan(0, length));
                Assert.Contains(Refused(null), new[] { KeyFileErrors.Malformed, NodeKeyErrors.Mismatch });
            }

            for (int i = 0; i < good.Length; i += 3)
            {
                byte[] flipped = [.. good];
                flipped[i] ^= 0x04;
                OwnerOnlyFile.Write(file, flipped);
                Refused(null, mayOpen: true);
            }

            OwnerOnlyFile.Write(file, good);
        }

        Open(null).Dispose();
    }

    [Fact]
    public void SpoiltEncryptedFiles_GiveACode_AndNoIdentity()
    {
        MakeEncrypted();
        byte[] good = File.ReadAllBytes(LogFile);
        foreach (int length in new[] { 0, 10, 40, good.Length / 2, good.Length - 30 })
        {
            OwnerOnlyFile.Write(LogFile, good.AsSpan(0, length));
            Assert.Equal(KeyFileErrors.Malformed, Refused(_passphrase));
        }

        for (int i = 60; i < good.Length - 60; i += 41)
        {
            byte[] flipped = [.. good];
            flipped[i] = flipped[i] == (byte)'A' ? (byte)'B' : (byte)'A';
            OwnerOnlyFile.Write(LogFile, flipped);
            Refused(_passphrase, mayOpen: true);
        }
    }

    [Fact]
    public void KeysFromTheEnvironment_AreTakenOutOfIt_AndMustBeBoth()
    {
        (string pem, string seed) = FreshKeys();
        try
        {
            Environment.SetEnvironmentVariable(EnvironmentKeySource.SeedVariable, seed);
            Assert.Equal(NodeKeyErrors.Ambiguous, Assert.Throws<KeyException>(() => EnvironmentKeySource.Take(null)).Code);
            Environment.SetEnvironmentVariable(EnvironmentKeySource.ReceiptVariable, pem);
            Environment.SetEnvironmentVariable(EnvironmentKeySource.SeedVariable, seed);
            using EnvironmentKeySource source = EnvironmentKeySource.Take(null)!;
            Assert.Null(Environment.GetEnvironmentVariable(EnvironmentKeySource.ReceiptVariable));
            Assert.Null(Environment.GetEnvironmentVariable(EnvironmentKeySource.SeedVariable));
            Assert.Null(EnvironmentKeySource.Take(null));
            using NodeIdentity identity = NodeIdentity.OpenOrCreate(_folder, Origin, Now, source);
            Assert.False(Directory.Exists(Keys));
            (string otherPem, _) = FreshKeys();
            Environment.SetEnvironmentVariable(EnvironmentKeySource.ReceiptVariable, otherPem);
            Environment.SetEnvironmentVariable(EnvironmentKeySource.SeedVariable, seed);
            using EnvironmentKeySource other = EnvironmentKeySource.Take(null)!;
            Assert.Equal(NodeKeyErrors.Mismatch, Assert.Throws<KeyException>(() => NodeIdentity.OpenOrCreate(_folder, Origin, Now, other)).Code);
        }
        finally
        {
            Environment.SetEnvironmentVariable(EnvironmentKeySource.ReceiptVariable, null);
            Environment.SetEnvironmentVariable(EnvironmentKeySource.SeedVariable, null);
        }
    }

    private static (string Pem, string Seed) FreshKeys()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (key.ExportPkcs8PrivateKeyPem(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
    }

    // Keys under the passphrase with fewer rounds than are written, which files may have: a test's many readings take no time.
    private void MakeEncrypted()
    {
        Open(null).Dispose();
        string seed = Path.Combine(Keys, "log.seed");
        Write(ReceiptFile, ProtectedKeyFile.ReadPem(ReceiptFile, File.ReadAllBytes(ReceiptFile), null));
        Write(LogFile, new Pkcs8PrivateKeyInfo(new Oid("1.3.101.112"), null, (byte[])[0x04, 32, .. File.ReadAllBytes(seed)]));
        File.Delete(seed);

        static void Write(string file, Pkcs8PrivateKeyInfo key)
        {
            byte[] der = key.Encrypt("correct horse", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
            OwnerOnlyFile.Write(file, Encoding.ASCII.GetBytes(PemEncoding.Write("ENCRYPTED PRIVATE KEY", der)));
        }
    }

    private NodeIdentity Open(KeyPassphrase? passphrase) => NodeIdentity.OpenOrCreate(_folder, Origin, Now, passphrase);

    // A flip may fall on a line end or on bits that no one reads; what opens must then be the same keys, which opening checks.
    private string Refused(KeyPassphrase? passphrase, bool mayOpen = false)
    {
        try
        {
            Open(passphrase).Dispose();
            Assert.True(mayOpen, "It opened.");
            return "";
        }
        catch (KeyException e)
        {
            return e.Code;
        }
    }
}
