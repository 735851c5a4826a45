using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Assay.Primitives.Notes;
using Assay.Testing;

namespace Assay.Primitives.Tests.Notes;

public sealed class Ed25519Tests
{
    /// <summary>RFC 8032, section 7.1, tests 1 to 3 and SHA(abc): seed, public key, message, signature.</summary>
    public static TheoryData<string, string, string, string> Rfc8032Vectors => new()
    {
        {
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        },
        {
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        },
        {
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        },
        {
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        },
    };

    [Theory]
    [MemberData(nameof(Rfc8032Vectors))]
    public void Rfc8032_vectors_hold(string seed, string publicKey, string message, string signature)
    {
        byte[] signed = new byte[64];
        Ed25519.Sign(Convert.FromHexString(seed), Convert.FromHexString(message), signed);
        Assert.Equal(publicKey, Convert.ToHexStringLower(Ed25519.PublicKey(Convert.FromHexString(seed))));
        Assert.Equal(signature, Convert.ToHexStringLower(signed));
        Assert.Equal(
            CheckResult.Pass,
            Ed25519.Verify(Convert.FromHexString(publicKey), Convert.FromHexString(message), signed));
    }

    [Fact]
    public void Any_flipped_bit_fails()
    {
        byte[] seed = new byte[32];
        byte[] message = "log.example\n7\n"u8.ToArray();
        byte[] key = Ed25519.PublicKey(seed);
        byte[] signature = Sign(seed, message);
        Assert.Equal(CheckResult.Pass, Ed25519.Verify(key, message, signature));
        foreach (byte[] changed in FlippedBits(signature))
        {
            Assert.Equal(CheckResult.Fail, Ed25519.Verify(key, message, changed));
        }

        foreach (byte[] changed in FlippedBits(key))
        {
            Assert.Equal(CheckResult.Fail, Ed25519.Verify(changed, message, signature));
        }

        foreach (byte[] changed in FlippedBits(message))
        {
            Assert.Equal(CheckResult.Fail, Ed25519.Verify(key, changed, signature));
        }
    }

    [Fact]
    public void Signatures_of_many_seeds_and_messages_verify()
    {
        Random random = new(5);
        for (int i = 0; i < 100; i++)
        {
            byte[] seed = new byte[32];
            byte[] message = new byte[i];
            random.NextBytes(seed);
            random.NextBytes(message);
            Assert.Equal(CheckResult.Pass, Ed25519.Verify(Ed25519.PublicKey(seed), message, Sign(seed, message)));
        }
    }

    [Fact]
    public void Unreduced_s_fails()
    {
        byte[] seed = new byte[32];
        byte[] key = Ed25519.PublicKey(seed);
        byte[] signature = Sign(seed, [1]);
        BigInteger s = new(signature.AsSpan(32), isUnsigned: true);
        for (int multiple = 1; multiple <= 15; multiple++)
        {
            byte[] changed = [.. signature.AsSpan(0, 32), .. Bytes32(s + multiple * Order)];
            Assert.Equal(CheckResult.Fail, Ed25519.Verify(key, [1], changed));
        }

        foreach (BigInteger value in new[] { Order, Order + 1, (BigInteger.One << 256) - 1 })
        {
            Assert.False(Assay.Primitives.Notes.Curve25519.Scalar.IsReduced(Bytes32(value)));
        }

        Assert.True(Assay.Primitives.Notes.Curve25519.Scalar.IsReduced(Bytes32(Order - 1)));
        Assert.True(Assay.Primitives.Notes.Curve25519.Scalar.IsReduced(new byte[32]));
    }

    /// <summary>The eight points of small order, and the encodings of theirs that aren't reduced or carry a sign on x = 0.</summary>
    public static TheoryData<string> SmallOrderEncodings =>
    [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    [Theory]
    [MemberData(nameof(SmallOrderEncodings))]
    public void Key_of_small_order_verifies_nothing(string hex)
    {
        // With such a key, S = 0 and R = the identity would be a signature over about one message in eight or more.
        byte[] key = Convert.FromHexString(hex);
        byte[] identity = [1, .. new byte[31]];
        for (int i = 0; i < 64; i++)
        {
            Assert.Equal(CheckResult.Fail, Ed25519.Verify(key, [(byte)i], [.. identity, .. new byte[32]]));
            Assert.Equal(CheckResult.Fail, Ed25519.Verify(key, [(byte)i], [.. key, .. new byte[32]]));
        }

        Assert.False(Ed25519.IsPublicKey(key));
    }

    [Fact]
    public void Unreduced_encodings_of_a_point_are_no_points()
    {
        // y from p to 2^255 - 1: nineteen encodings, whatever the sign.
        for (int i = 0; i < 19; i++)
        {
            byte[] encoding = Bytes32((BigInteger.One << 255) - 19 + i);
            Assert.False(Assay.Primitives.Notes.Curve25519.EdwardsPoint.TryDecode(encoding, out _));
            encoding[31] |= 0x80;
            Assert.False(Assay.Primitives.Notes.Curve25519.EdwardsPoint.TryDecode(encoding, out _));
        }
    }

    [Fact]
    public void Unreduced_r_fails_where_the_reduced_one_passes()
    {
        // Whoever knows a key can make R the identity: nonce 0, S = k a. Its unreduced encoding must fail.
        byte[] seed = new byte[32];
        byte[] key = Ed25519.PublicKey(seed);
        byte[] secret = System.Security.Cryptography.SHA512.HashData(seed)[..32];
        secret[0] &= 0xF8;
        secret[31] = (byte)((secret[31] & 0x7F) | 0x40);
        (string R, CheckResult Expected)[] cases =
        [
            ("0100000000000000000000000000000000000000000000000000000000000000", CheckResult.Pass),
            ("0100000000000000000000000000000000000000000000000000000000000080", CheckResult.Fail),
            ("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", CheckResult.Fail),
            ("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", CheckResult.Fail),
        ];
        foreach ((string r, CheckResult expected) in cases)
        {
            byte[] encodedR = Convert.FromHexString(r);
            byte[] hash = System.Security.Cryptography.SHA512.HashData([.. encodedR, .. key, 5]);
            BigInteger s = new BigInteger(hash, isUnsigned: true) * new BigInteger(secret, isUnsigned: true) % Order;
            Assert.Equal(expected, Ed25519.Verify(key, [5], [.. encodedR, .. Bytes32(s)]));
        }
    }

    [Fact]
    public void Other_lengths_fail_without_an_exception()
    {
        byte[] key = Ed25519.PublicKey(new byte[32]);
        byte[] signature = Sign(new byte[32], []);
        for (int length = 0; length < 100; length++)
        {
            byte[] bytes = new byte[length];
            signature.AsSpan(0, Math.Min(length, 64)).CopyTo(bytes);
            Assert.Equal(length == 64 ? CheckResult.Pass : CheckResult.Fail, Ed25519.Verify(key, [], bytes));
            if (length != 32)
            {
                Assert.Equal(CheckResult.Fail, Ed25519.Verify(bytes, [], signature));
                Assert.Throws<ArgumentException>(() => Ed25519.PublicKey(bytes));
                Assert.Throws<ArgumentException>(() => Ed25519.Sign(bytes, [], new byte[64]));
            }
        }

        Assert.Throws<ArgumentException>(() => Ed25519.Sign(new byte[32], [], new byte[63]));
    }

    [Fact]
    public void Mutated_keys_and_signatures_neither_throw_nor_take_long()
    {
        byte[] seed = new byte[32];
        byte[] good = [.. Ed25519.PublicKey(seed), .. Sign(seed, [9])];

        // A whole verification per input, so fewer of them.
        Mutator mutator = new(3, [good], 96);
        int count = FuzzRun.IsDeep ? 100_000 : 3000;
        foreach (byte[] input in Enumerable.Range(0, count).Select(_ => mutator.Next()))
        {
            int split = Math.Min(32, input.Length);
            CheckResult result = Ed25519.Verify(input.AsSpan(0, split), [9], input.AsSpan(split));
            Assert.Equal(input.AsSpan().SequenceEqual(good) ? CheckResult.Pass : CheckResult.Fail, result);
        }
    }

    [OracleFact(Oracle.Node)]
    public void Node_makes_the_same_keys_and_signatures()
    {
        Random random = new(6);
        var cases = Enumerable.Range(0, 300).Select(i =>
        {
            byte[] seed = new byte[32];
            byte[] message = new byte[random.Next(200)];
            random.NextBytes(seed);
            random.NextBytes(message);
            return new
            {
                seed = Convert.ToHexStringLower(seed),
                message = Convert.ToHexStringLower(message),
                key = Convert.ToHexStringLower(Ed25519.PublicKey(seed)),
                signature = Convert.ToHexStringLower(Sign(seed, message)),
            };
        }).ToArray();
        Assert.Equal("same", Oracles.RunNode("ed25519.mjs", JsonSerializer.Serialize(cases)));
    }

    private static readonly BigInteger Order =
        (BigInteger.One << 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    private static byte[] Sign(byte[] seed, ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(seed, message, signature);
        return signature;
    }

    private static byte[] Bytes32(BigInteger value)
    {
        byte[] bytes = value.ToByteArray(isUnsigned: true);
        Array.Resize(ref bytes, 32);
        return bytes;
    }

    private static IEnumerable<byte[]> FlippedBits(byte[] bytes)
    {
        // A verification each, and debug builds are slow: every third bit, every one in deep runs.
        for (int bit = 0; bit < 8 * bytes.Length; bit += FuzzRun.IsDeep ? 1 : 3)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return flipped;
        }
    }
}
