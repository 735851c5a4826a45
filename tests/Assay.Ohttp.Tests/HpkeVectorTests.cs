using System.Security.Cryptography;
using System.Text.Json;
using Assay.Testing;

namespace Assay.Ohttp.Tests;

/// <summary>RFC 9180, appendix A: base mode of DHKEM(P-256, HKDF-SHA256) with both ciphers.</summary>
public sealed class HpkeVectorTests
{
    private static readonly JsonDocument File = JsonDocument.Parse(
        System.IO.File.ReadAllText(Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "ohttp", "hpke.json")));

    public static TheoryData<int> Ciphers => [.. Enum.GetValues<HpkeAead>().Where(Aead.IsSupported).Select(static aead => (int)aead)];

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void Both_sides_give_the_published_values(int cipher)
    {
        JsonElement vector = File.RootElement.GetProperty("vectors").EnumerateArray().Single(candidate => candidate.GetProperty("aead").GetInt32() == cipher);
        using ECDiffieHellman ephemeral = Key(vector, "skEm", "pkEm");
        using ECDiffieHellman recipient = Key(vector, "skRm", "pkRm");
        byte[] info = Bytes(vector, "info");
        byte[] enc = Bytes(vector, "enc");
        Assert.Equal(Bytes(vector, "shared_secret"), DhKem.Agree(ephemeral, recipient, enc, Bytes(vector, "pkRm")));
        using HpkeContext sender = HpkeContext.Send((HpkeAead)cipher, ephemeral, recipient, info, out byte[] sent);
        using HpkeContext receiver = HpkeContext.TryReceive((HpkeAead)cipher, enc, recipient, Bytes(vector, "pkRm"), info)!;
        Assert.Equal(enc, sent);
        foreach (JsonElement encryption in vector.GetProperty("encryptions").EnumerateArray())
        {
            ulong number = encryption.GetProperty("number").GetUInt64();
            byte[] aad = Bytes(encryption, "aad");
            byte[] ciphertext = Bytes(encryption, "ct");
            Assert.Equal(ciphertext, sender.Seal(number, aad, Bytes(encryption, "pt")));
            Assert.Equal(Bytes(encryption, "pt"), receiver.TryOpen(number, aad, ciphertext));
            Assert.Null(receiver.TryOpen(number + 1, aad, ciphertext));
            Assert.Null(receiver.TryOpen(number, [], ciphertext));
            Assert.Null(receiver.TryOpen(number, aad, ciphertext.AsSpan(1)));
        }

        foreach (JsonElement export in vector.GetProperty("exports").EnumerateArray())
        {
            byte[] context = Bytes(export, "context");
            int length = export.GetProperty("length").GetInt32();
            Assert.Equal(Bytes(export, "value"), sender.Export(context, length));
            Assert.Equal(Bytes(export, "value"), receiver.Export(context, length));
        }
    }

    private static byte[] Bytes(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static ECDiffieHellman Key(JsonElement vector, string secret, string open)
    {
        byte[] point = Bytes(vector, open);
        return ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Bytes(vector, secret),
            Q = new ECPoint { X = point[1..33], Y = point[33..] },
        });
    }
}
