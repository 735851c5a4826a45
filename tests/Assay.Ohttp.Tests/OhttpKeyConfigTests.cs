using System.Security.Cryptography;
using Assay.Testing;

namespace Assay.Ohttp.Tests;

public sealed class OhttpKeyConfigTests
{
    private static readonly byte[] Good = Make();

    [Fact]
    public void A_configuration_reads_back()
    {
        OhttpKeyConfig read = OhttpKeyConfig.TryDecode(Good, out string? error)!;
        Assert.Null(error);
        Assert.Equal(7, read.KeyId);
        Assert.Equal(Good, read.Encode());
        Assert.Equal(HpkeAead.Aes128Gcm, read.Aeads[0]);
    }

    [Fact]
    public void What_is_not_exact_is_refused()
    {
        for (int length = 0; length < Good.Length; length++)
        {
            Assert.Null(OhttpKeyConfig.TryDecode(Good.AsSpan(0, length), out string? error));
            Assert.NotNull(error);
        }

        Refused(OhttpErrors.KeyConfig, [.. Good, 0]);
        Refused(OhttpErrors.KeyConfig, [.. Good, 0, 1, 0, 1]);
        Refused(OhttpErrors.KeyConfig, new byte[OhttpKeyConfig.MaxSize + 1]);
        byte[] otherKem = [.. Good];
        otherKem[2] = 0x20; // X25519
        Refused(OhttpErrors.Suite, otherKem);
        byte[] offCurve = [.. Good];
        offCurve[40] ^= 1;
        Refused(OhttpErrors.KeyConfig, offCurve);
        byte[] compressed = [.. Good];
        compressed[3] = 2;
        Refused(OhttpErrors.KeyConfig, compressed);
        Refused(OhttpErrors.KeyConfig, [.. Good.AsSpan(0, 68), 0, 0]);
        Refused(OhttpErrors.KeyConfig, [.. Good.AsSpan(0, 68), 0, 3, 0, 1, 0]);
    }

    [Fact]
    public void Ciphers_that_are_not_known_are_passed_over()
    {
        Refused(OhttpErrors.Suite, [.. Good.AsSpan(0, 68), 0, 4, 0, 1, 0, 2]); // AES-256
        Refused(OhttpErrors.Suite, [.. Good.AsSpan(0, 68), 0, 4, 0, 2, 0, 1]); // HKDF-SHA384
        OhttpKeyConfig read = OhttpKeyConfig.TryDecode([.. Good.AsSpan(0, 68), 0, 12, 0, 1, 0, 2, 0, 1, 0, 1, 0, 1, 0, 1], out _)!;
        Assert.Equal(HpkeAead.Aes128Gcm, Assert.Single(read.Aeads));
    }

    [Fact]
    public void Fuzzed_configurations_never_throw()
    {
        FuzzSummary summary = FuzzRun.Run([Good], static input =>
        {
            OhttpKeyConfig? config = OhttpKeyConfig.TryDecode(input, out string? error);
            Assert.Equal(config is null, error is not null);
            return config?.PublicKey.Length == 65;
        });
        Assert.True(summary.Accepted > 1000 && summary.Refused > 1000, $"{summary}");
    }

    private static byte[] Make()
    {
        using ECDiffieHellman key = DhKem.Generate();
        return new OhttpKeyConfig(7, DhKem.Serialize(key), [HpkeAead.Aes128Gcm, HpkeAead.ChaCha20Poly1305]).Encode();
    }

    private static void Refused(string code, byte[] bytes)
    {
        Assert.Null(OhttpKeyConfig.TryDecode(bytes, out string? error));
        Assert.Equal(code, error);
    }
}
