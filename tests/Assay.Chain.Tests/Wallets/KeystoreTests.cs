using System.Text;
using System.Text.Json.Nodes;
using Assay.Files;
using Assay.Testing;

namespace Assay.Chain.Tests;

public sealed class KeystoreTests : IDisposable
{
    // The vectors of the format's definition; their key is nobody's.
    private const string Key = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
    private const string Pbkdf2 = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},"mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;
    private const string ScryptFile = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},"ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt","kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},"mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private static readonly byte[] Cheap = MakeCheap();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("assay-wallet-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(Pbkdf2)]
    [InlineData(ScryptFile)]
    public void Reads_the_formats_own_vectors(string json)
    {
        // The second takes a second of a processor that has nothing else to do.
        if (json == ScryptFile && !FuzzRun.IsDeep)
        {
            Assert.NotNull(KeystoreFile.Read(Encoding.UTF8.GetBytes(json)));
            return;
        }

        using EvmAccount account = Keystore.Decrypt(Encoding.UTF8.GetBytes(json), "testpassword"u8);
        Assert.Equal(Key, Convert.ToHexStringLower(account.ExportPrivateKey()));
        Assert.Equal("0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b", account.Address.ToString());
    }

    [Theory]
    [InlineData("", "", 16, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData("password", "NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    public void Scrypt_is_that_of_RFC_7914(string password, string salt, int n, int r, int p, string expected)
    {
        byte[] key = new byte[64];
        Scrypt.Derive(Encoding.ASCII.GetBytes(password), Encoding.ASCII.GetBytes(salt), n, r, p, key);
        Assert.Equal(expected, Convert.ToHexStringLower(key));
    }

    [Fact]
    public void A_new_file_opens_again_and_is_its_owners()
    {
        using EvmAccount account = EvmAccount.Generate();
        using KeyPassphrase passphrase = KeyPassphrase.Of("größer");
        string path = Path.Combine(_folder.FullName, "wallet.json");
        Keystore.Create(path, account, passphrase, 1 << 10);
        Assert.Equal(account.Address, Keystore.ReadAddress(path));
        using (EvmAccount again = Keystore.Open(path, passphrase))
        {
            Assert.Equal(account.Address, again.Address);
        }

        Assert.Equal(WalletErrors.Exists, Code(() => Keystore.Create(path, account, passphrase)));
        Assert.Equal(WalletErrors.Unreadable, Code(() => Keystore.Open(path + "x", passphrase)));
        Assert.Equal(WalletErrors.Unreadable, Code(() => Keystore.Create(Path.Combine(_folder.FullName, "no", "wallet.json"), account, passphrase)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Equal(WalletErrors.Mode, Code(() => Keystore.Open(path, passphrase)));
        }
    }

    [Fact]
    public void A_wrong_passphrase_isnt_a_damaged_file()
    {
        Assert.Equal(WalletErrors.PassphraseWrong, Code(() => Keystore.Decrypt(Cheap, "other"u8)));
        Assert.Equal(WalletErrors.Malformed, Code(() => Keystore.Decrypt(Cheap.AsMemory(0, Cheap.Length - 1), "right"u8)));
        Assert.Equal(WalletErrors.Malformed, Code(() => Keystore.Decrypt(new byte[] { 0xff }, "right"u8)));
        Assert.Equal(WalletErrors.OtherAddress, Code(() => Keystore.Decrypt(With("address", "00" + new string('1', 38)), "right"u8)));
    }

    [Theory]
    [InlineData("version", 4, WalletErrors.Malformed)]
    [InlineData("crypto.cipher", "aes-256-ctr", WalletErrors.Parameters)]
    [InlineData("crypto.kdf", "argon2", WalletErrors.Parameters)]
    [InlineData("crypto.kdfparams.dklen", 64, WalletErrors.Parameters)]
    [InlineData("crypto.kdfparams.n", 4194304, WalletErrors.Parameters)]
    [InlineData("crypto.kdfparams.n", 1000, WalletErrors.Parameters)]
    [InlineData("crypto.kdfparams.n", 1, WalletErrors.Parameters)]
    [InlineData("crypto.kdfparams.n", 0, WalletErrors.Parameters)]
    [InlineData("crypto.kdfparams.r", 2147483647, WalletErrors.Parameters)]
    [InlineData("crypto.kdfparams.r", -8, WalletErrors.Parameters)]
    [InlineData("crypto.kdfparams.p", 2097152, WalletErrors.Parameters)]
    [InlineData("crypto.kdfparams.p", 0, WalletErrors.Parameters)]
    [InlineData("crypto.kdfparams.p", 1.5, WalletErrors.Malformed)]
    [InlineData("crypto.kdfparams.n", "2", WalletErrors.Malformed)]
    [InlineData("crypto.kdfparams", null, WalletErrors.Malformed)]
    [InlineData("crypto.kdfparams.salt", "", WalletErrors.Malformed)]
    [InlineData("crypto.ciphertext", "00", WalletErrors.Malformed)]
    [InlineData("crypto.mac", "zz", WalletErrors.Malformed)]
    [InlineData("crypto.mac", 5, WalletErrors.Malformed)]
    [InlineData("crypto.cipherparams.iv", "00112233445566778899aabbccddee", WalletErrors.Malformed)]
    [InlineData("crypto", null, WalletErrors.Malformed)]
    public void Another_file_is_refused_before_work(string member, object? value, string code) =>
        Assert.Equal(code, Code(() => Keystore.Decrypt(With(member, value), "right"u8)));

    [Theory]
    [InlineData("""{"c":10000001,"dklen":32,"prf":"hmac-sha256","salt":"00"}""")]
    [InlineData("""{"c":0,"dklen":32,"prf":"hmac-sha256","salt":"00"}""")]
    [InlineData("""{"c":1,"dklen":32,"prf":"hmac-sha1","salt":"00"}""")]
    public void Another_pbkdf2_is_refused(string parameters)
    {
        JsonNode json = JsonNode.Parse(Cheap)!;
        json["crypto"]!["kdf"] = "pbkdf2";
        json["crypto"]!["kdfparams"] = JsonNode.Parse(parameters);
        Assert.Equal(WalletErrors.Parameters, Code(() => Keystore.Decrypt(Encoding.UTF8.GetBytes(json.ToJsonString()), "right"u8)));
    }

    [Fact]
    public void Mutations_are_refused_with_a_code()
    {
        foreach (byte[] input in Enumerable.Range(0, 2000).Select(Mutation))
        {
            try
            {
                KeystoreFile.Read(input);
            }
            catch (KeyException e)
            {
                Assert.StartsWith("wallet/", e.Code, StringComparison.Ordinal);
            }
        }
    }

    [OracleFact(Oracle.Node)]
    public void Nodes_scrypt_derives_the_same()
    {
        byte[] key = new byte[32];
        Scrypt.Derive("geheim"u8, "salz und pfeffer"u8, 256, 4, 3, key);
        Assert.Equal(Convert.ToHexStringLower(key), Oracles.RunNode("scrypt.mjs", """{"password":"geheim","salt":"salz und pfeffer","N":256,"r":4,"p":3,"length":32}""").Trim());
    }

    private static byte[] MakeCheap()
    {
        using EvmAccount account = EvmAccount.FromPrivateKey(Convert.FromHexString(Key));
        return Keystore.Encrypt(account, "right"u8, 2);
    }

    private static byte[] Mutation(int seed)
    {
        Random random = new(seed);
        byte[] bytes = [.. Cheap];
        for (int i = 0; i < random.Next(1, 4); i++)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static byte[] With(string member, object? value)
    {
        JsonNode root = JsonNode.Parse(Cheap)!;
        string[] path = member.Split('.');
        JsonNode parent = path[..^1].Aggregate(root, (node, name) => node[name]!);
        parent[path[^1]] = System.Text.Json.JsonSerializer.SerializeToNode(value);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static string Code(Action action) => Assert.Throws<KeyException>(action).Code;
}
