using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Evm.Tests;

public sealed class Secp256k1Tests
{
    private static readonly BigInteger N = SlowRecovery.N;

    [Fact]
    public void Recovers_what_the_frameworks_ecdsa_signs()
    {
        using ECDsa key = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        ECPoint point = key.ExportParameters(false).Q;
        EvmAddress address = EvmAddress.From(Keccak256.HashData([.. point.X!, .. point.Y!]).Bytes[12..]);
        for (int i = 0; i < 100; i++)
        {
            Digest32 digest = Digest32.Sha256(BitConverter.GetBytes(i));
            byte[] signed = key.SignHash(digest.ToArray());
            EvmAddress?[] candidates = [.. new byte[] { 27, 28 }.Select(v => Secp256k1.Recover(digest, new(Digest32.From(signed.AsSpan(0, 32)), Digest32.From(signed.AsSpan(32)), v)))];
            Assert.Contains(address, candidates);
            Assert.NotEqual(candidates[0], candidates[1]);
        }
    }

    [Theory]
    [InlineData("eip3009")]
    [InlineData("permit2Exact")]
    [InlineData("permit2Upto")]
    public void Recovers_the_signers_of_x402s_vectors(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "payment", "eip712.json")));
        JsonElement vector = document.RootElement.GetProperty(name);
        Assert.True(Digest32.TryParseHex(vector.GetProperty("digest").GetString().AsSpan(2), out Digest32 digest));
        Assert.True(EvmSignature.TryParse(vector.GetProperty("signature").GetString(), out EvmSignature signature));
        Assert.Equal(document.RootElement.GetProperty("address").GetString(), Secp256k1.Recover(digest, signature).ToString());
        Assert.NotEqual(document.RootElement.GetProperty("address").GetString(), Secp256k1.Recover(digest, signature with { V = (byte)(55 - signature.V) }).ToString());
    }

    [Fact]
    public void Agrees_with_the_oracle_on_random_numbers()
    {
        Random random = new(7);
        byte[] bytes = new byte[96];
        int points = 0, count = FuzzRun.IsDeep ? 20_000 : 100;
        for (int i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            points += Same(EvmAmount.FromWord(Digest32.From(bytes.AsSpan(0, 32))), EvmAmount.FromWord(Digest32.From(bytes.AsSpan(32, 32))), EvmAmount.FromWord(Digest32.From(bytes.AsSpan(64)))) ? 2 : 0;
        }

        // Half of all x are on the curve.
        Assert.InRange(points, count / 2, 3 * count / 2);
    }

    /// <summary>Random numbers, of which half are no point.</summary>
    [OracleFact(Oracle.Secp256k1)]
    public void Agrees_with_libsecp256k1()
    {
        Random random = new(8);
        byte[] bytes = new byte[96];
        for (int i = 0; i < (FuzzRun.IsDeep ? 1_000_000 : 500); i++)
        {
            random.NextBytes(bytes);
            EvmSignature signature = new(Digest32.From(bytes.AsSpan(0, 32)), Digest32.From(bytes.AsSpan(32, 32)), (byte)(27 + (i & 1)));
            byte[]? key = LibSecp256k1.Recover(bytes[64..], bytes[..64], i & 1);
            EvmAddress? expected = key is null ? null : EvmAddress.From(Keccak256.HashData(key).Bytes[12..]);
            Assert.Equal(expected, Secp256k1.Recover(Digest32.From(bytes.AsSpan(64)), signature));
        }
    }

    [Fact]
    public void Agrees_with_the_oracle_at_the_edges()
    {
        BigInteger[] edges = [0, 1, 2, 3, 7, N >> 1, (N >> 1) + 1, N - 2, N - 1, N, N + 1, SlowRecovery.P - 1, SlowRecovery.P, EvmAmount.Max, BigInteger.One << 128, (BigInteger.One << 255) - 1];
        foreach (BigInteger r in edges)
        {
            foreach (BigInteger s in (BigInteger[])[0, 1, N - 1, N])
            {
                foreach (BigInteger z in (BigInteger[])[0, N, EvmAmount.Max])
                {
                    Same(r, s, z);
                }
            }
        }
    }

    /// <summary>Known discrete logarithms let sums inside of the multiplication meet equal and opposite points.</summary>
    [Fact]
    public void Agrees_with_the_oracle_where_points_meet()
    {
        BigInteger lambda = BigInteger.Parse("05363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        BigInteger[] scalars = [0, 1, 2, N - 1, N - 3, lambda, N - lambda, (BigInteger.One << 128) - 1];
        int infinities = 0;
        foreach (BigInteger k in (BigInteger[])[1, lambda])
        {
            (BigInteger x, BigInteger y) = SlowRecovery.PublicKey(k);
            foreach (BigInteger u1 in scalars)
            {
                foreach (BigInteger u2 in scalars)
                {
                    BigInteger z = (N - u1) * x % N, s = u2 * x % N;
                    EvmSignature signature = new(EvmAmount.Word(x), EvmAmount.Word(s), (byte)(y.IsEven ? 27 : 28));
                    EvmAddress? fast = Secp256k1.Recover(EvmAmount.Word(z), signature);
                    Assert.Equal(SlowRecovery.Recover(EvmAmount.Word(z), signature), fast);
                    bool infinite = s.IsZero || ((u1 + (u2 * k)) % N).IsZero;
                    Assert.Equal(infinite, fast is null);
                    infinities += infinite ? 1 : 0;
                }
            }
        }

        Assert.InRange(infinities, 18, 40);
    }

    [Fact]
    public void Only_27_and_28_are_a_v()
    {
        EvmSignature signature = new(EvmAmount.Word(SlowRecovery.PublicKey(1).X), EvmAmount.Word(5), 27);
        Assert.NotNull(Secp256k1.Recover(default, signature));
        Assert.All(Enumerable.Range(0, 256).Where(v => v is not (27 or 28)), v => Assert.Null(Secp256k1.Recover(default, signature with { V = (byte)v })));
    }

    [Fact]
    public void Allocates_nothing()
    {
        EvmSignature signature = new(EvmAmount.Word(SlowRecovery.PublicKey(1).X), EvmAmount.Word(5), 27);
        Secp256k1.Recover(default, signature);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            Secp256k1.Recover(default, signature);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static bool Same(BigInteger r, BigInteger s, BigInteger z)
    {
        EvmSignature signature = new(EvmAmount.Word(r), EvmAmount.Word(s), (byte)(r.IsEven ? 27 : 28));
        EvmAddress? fast = Secp256k1.Recover(EvmAmount.Word(z), signature);
        Assert.Equal(SlowRecovery.Recover(EvmAmount.Word(z), signature), fast);
        return fast is not null;
    }
}
