using System.Security.Cryptography;
using System.Text;

namespace Assay.Files.Tests;

/// <summary>One key file by itself; what a node does with its two is tested with the node.</summary>
public sealed class ProtectedKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-key-").FullName;
    private readonly KeyPassphrase _passphrase = KeyPassphrase.Of("correct horse");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private string Target => Path.Combine(_folder, "key.pem");

    public void Dispose()
    {
        _passphrase.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Plain_and_encrypted_keys_come_back_and_each_is_refused_as_the_other()
    {
        ProtectedKeyFile.WriteP256(Target, _key, null);
        AssertSame(null);
        Assert.Equal(KeyFileErrors.NotEncrypted, Refusal(_passphrase));
        ProtectedKeyFile.WriteP256(Target, _key, _passphrase);
        Assert.Contains("ENCRYPTED PRIVATE KEY", File.ReadAllText(Target), StringComparison.Ordinal);
        AssertSame(_passphrase);
        Assert.Equal(KeyFileErrors.PassphraseNeeded, Refusal(null));
        using KeyPassphrase wrong = KeyPassphrase.Of("wrong horse");
        Assert.Equal(KeyFileErrors.PassphraseWrong, Refusal(wrong));
    }

    [Fact]
    public void Seeds_come_back_from_both_forms()
    {
        byte[] seed = RandomNumberGenerator.GetBytes(32);
        foreach (KeyPassphrase? passphrase in new[] { null, _passphrase })
        {
            ProtectedKeyFile.WriteSeed(Target, seed, passphrase);
            Assert.Equal(seed, ProtectedKeyFile.ReadSeed(Target, passphrase));
            Assert.Equal(KeyFileErrors.Malformed, Refusal(passphrase));
        }

        OwnerOnlyFile.Write(Target, seed);
        Assert.Equal(seed, ProtectedKeyFile.ReadSeed(Target, null));
        Assert.Equal(KeyFileErrors.NotEncrypted, Assert.Throws<KeyException>(() => ProtectedKeyFile.ReadSeed(Target, _passphrase)).Code);
    }

    [Fact]
    public void Other_curves_and_missing_files_are_refused()
    {
        Assert.Equal(KeyFileErrors.Unreadable, Refusal(null));
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        ProtectedKeyFile.WriteP256(Target, other, null);
        Assert.Equal(KeyFileErrors.Malformed, Refusal(null));
    }

    [Fact]
    public void File_that_others_can_use_is_refused()
    {
        ProtectedKeyFile.WriteP256(Target, _key, null);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
            File.SetUnixFileMode(Target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            Assert.Equal(KeyFileErrors.Mode, Refusal(null));
        }
    }

    [Fact]
    public void Cut_and_overlong_files_are_refused_with_a_code()
    {
        ProtectedKeyFile.WriteP256(Target, _key, null);
        byte[] whole = File.ReadAllBytes(Target);
        for (int length = 0; length < whole.Length - 1; length++)
        {
            OwnerOnlyFile.Write(Target, whole.AsSpan(0, length));
            Assert.Equal(KeyFileErrors.Malformed, Refusal(null));
        }

        OwnerOnlyFile.Write(Target, new byte[20_000]);
        Assert.Equal(KeyFileErrors.Unreadable, Refusal(null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("two\nlines\n")]
    public void Passphrase_file_holds_one_line(string text)
    {
        string path = Target;
        OwnerOnlyFile.Write(path, Encoding.UTF8.GetBytes(text));
        Assert.Equal(KeyFileErrors.Passphrase, Assert.Throws<KeyException>(() => KeyPassphrase.FromFile(path)).Code);
        OwnerOnlyFile.Write(path, "correct horse\n"u8);
        using KeyPassphrase read = KeyPassphrase.FromFile(path);
        Assert.Equal("correct horse", read.Text.ToString());
        Assert.Equal("(passphrase)", read.ToString());
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Equal(KeyFileErrors.Mode, Assert.Throws<KeyException>(() => KeyPassphrase.FromFile(path)).Code);
    }

    private void AssertSame(KeyPassphrase? passphrase)
    {
        using ECDsa read = ProtectedKeyFile.ReadP256(Target, passphrase);
        Assert.Equal(_key.ExportSubjectPublicKeyInfo(), read.ExportSubjectPublicKeyInfo());
    }

    private string Refusal(KeyPassphrase? passphrase) => Assert.Throws<KeyException>(() => ProtectedKeyFile.ReadP256(Target, passphrase).Dispose()).Code;
}
