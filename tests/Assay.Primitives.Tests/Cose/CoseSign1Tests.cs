using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;
using Assay.Testing;

namespace Assay.Primitives.Tests.Cose;

public sealed class CoseSign1Tests : IDisposable
{
    private readonly Es256Signer _signer = TestKeys.Signer(1);
    private readonly Es256Signer _other = TestKeys.Signer(2);

    private P256PublicKey Key => _signer.PublicKey;

    public void Dispose()
    {
        _signer.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(70_000)]
    public void Signed_message_verifies_after_a_round_trip(int length)
    {
        CoseSign1 message = CoseSign1.Sign(new byte[length], _signer);
        byte[] bytes = message.Encode();
        CoseSign1? decoded = CoseSign1.TryDecode(bytes, out string? error);
        Assert.Null(error);
        Assert.NotNull(decoded);
        Assert.Null(decoded.Verify(Key));
        Assert.Equal(bytes, decoded.Encode());
        Assert.Equal(length, decoded.Payload.Length);
    }

    [Fact]
    public void Bytes_are_the_profile()
    {
        CoseSign1 message = CoseSign1.Sign([0xAA], _signer);
        string kid = Key.Thumbprint().ToString();
        string signature = Convert.ToHexStringLower(message.Signature);
        Assert.Equal($"845826a20126045820{kid}a041aa5840{signature}", Convert.ToHexStringLower(message.Encode()));
    }

    [Fact]
    public void Every_flipped_bit_is_caught()
    {
        byte[] bytes = CoseSign1.Sign("payload"u8, _signer).Encode();
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            CoseSign1? decoded = CoseSign1.TryDecode(flipped, out string? error);
            Assert.NotNull(decoded is null ? error : decoded.Verify(Key));
        }
    }

    [Fact]
    public void Every_truncation_and_any_more_is_refused()
    {
        byte[] bytes = CoseSign1.Sign("payload"u8, _signer).Encode();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(CoseSign1.TryDecode(bytes.AsSpan(0, length), out string? error));
            Assert.Equal(CborErrors.Truncated, error);
        }

        Assert.Null(CoseSign1.TryDecode([.. bytes, 0], out string? trailing));
        Assert.Equal(CborErrors.TrailingData, trailing);
    }

    [Theory]
    [InlineData("83" + "40" + "a0" + "40", CborErrors.Length)]
    [InlineData("85" + "40" + "a0" + "40" + "40" + "40", CborErrors.Length)]
    [InlineData("d2" + "84" + "40" + "a0" + "40" + "40", CborErrors.Unsupported)]
    [InlineData("84" + "a0" + "a0" + "40" + "40", CborErrors.Type)]
    [InlineData("84" + "40" + "a10126" + "40" + "40", CoseErrors.Header)]
    [InlineData("84" + "40" + "a10440" + "40" + "40", CoseErrors.Header)]
    [InlineData("84" + "40" + "40" + "40" + "40", CborErrors.Type)]
    [InlineData("84" + "40" + "a0" + "f6" + "40", CborErrors.Type)]
    [InlineData("84" + "40" + "a0" + "40" + "40", CoseErrors.SignatureLength)]
    [InlineData("84" + "40" + "a0" + "40" + "4100", CoseErrors.SignatureLength)]
    [InlineData("9f" + "40" + "a0" + "40" + "40" + "ff", CborErrors.Unsupported)]
    public void Another_structure_is_refused(string hex, string code)
    {
        Assert.Null(CoseSign1.TryDecode(Convert.FromHexString(hex), out string? error));
        Assert.Equal(code, error);
    }

    /// <summary>Headers that a holder of the right key signed: the signature is good and the profile isn't kept.</summary>
    [Theory]
    [InlineData("", CborErrors.Truncated)]
    [InlineData("a0", CoseErrors.Header)]
    [InlineData("a10126", CoseErrors.Header)]
    [InlineData("a1045820KID", CoseErrors.Header)]
    [InlineData("a3012604 5820KID 0600", CoseErrors.Header)]
    [InlineData("a2 0127 045820KID", CoseErrors.Algorithm)]
    [InlineData("a2 013822 045820KID", CoseErrors.Algorithm)]
    [InlineData("a2 0107 045820KID", CoseErrors.Algorithm)]
    [InlineData("a2 016545533235 36 045820KID", CoseErrors.Algorithm)]
    [InlineData("a2 013806 045820KID", CborErrors.NonShortest)]
    [InlineData("a2 0126 035820KID", CoseErrors.Header)]
    [InlineData("a2 045820KID 0126", CoseErrors.Header)]
    [InlineData("a2 0126 0126", CoseErrors.Header)]
    [InlineData("a2 0126 0440", CoseErrors.KeyId)]
    [InlineData("a2 0126 04f6", CborErrors.Type)]
    [InlineData("a2 0126 045820OTHER", CoseErrors.KeyId)]
    [InlineData("a2 0126 045820KID 00", CborErrors.TrailingData)]
    [InlineData("a2 0126 045820KID", null)]
    public void Header_outside_the_profile_is_refused_though_signed(string hex, string? code)
    {
        byte[] header = Convert.FromHexString(hex
            .Replace("KID", Key.Thumbprint().ToString(), StringComparison.Ordinal)
            .Replace("OTHER", _other.PublicKey.Thumbprint().ToString(), StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal));
        byte[] signature = new byte[64];
        CborWriter toBeSigned = new();
        toBeSigned.WriteArrayHeader(4);
        toBeSigned.WriteText("Signature1");
        toBeSigned.WriteBytes(header);
        toBeSigned.WriteBytes([]);
        toBeSigned.WriteBytes([1]);
        _signer.Sign(toBeSigned.Written, signature);
        Assert.Equal(code, new CoseSign1(header, [1], signature).Verify(Key));
    }

    [Fact]
    public void Wrong_keys_and_malleated_signatures_have_their_codes()
    {
        BigInteger order = BigInteger.Parse(
            "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        CoseSign1 message = CoseSign1.Sign([1], _signer);
        Assert.Equal(CoseErrors.KeyId, message.Verify(_other.PublicKey));
        Assert.Equal(CoseErrors.KeyId, message.Verify(default));
        Assert.Equal(CoseErrors.Signature, (message with { Payload = [2] }).Verify(Key));
        Assert.Equal(CoseErrors.Signature, (message with { Signature = new byte[64] }).Verify(Key));
        Assert.Equal(CoseErrors.SignatureLength, (message with { Signature = new byte[63] }).Verify(Key));

        byte[] malleated = [.. message.Signature];
        BigInteger s = new(malleated.AsSpan(32), isUnsigned: true, isBigEndian: true);
        byte[] high = (order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        high.CopyTo(malleated, 64 - high.Length);
        Assert.Equal(CoseErrors.SignatureMalleable, (message with { Signature = malleated }).Verify(Key));
    }

    [Fact]
    public void Parser_neither_throws_nor_grows_on_mutated_messages()
    {
        byte[][] seeds =
        [
            CoseSign1.Sign([], _signer).Encode(),
            CoseSign1.Sign(new byte[100], _signer).Encode(),
            CoseSign1.Sign(new byte[300], _other).Encode(),
        ];
        P256PublicKey key = default;
        FuzzSummary summary = FuzzRun.Run(
            seeds,
            input =>
            {
                CoseSign1? message = CoseSign1.TryDecode(input, out string? error);
                if ((message is null) != (error is not null) || (message is not null && !message.Encode().SequenceEqual(input)))
                {
                    throw new InvalidOperationException("Not the one encoding of what was read.");
                }

                // The default key stops before the (slow) signature: headers are what is fuzzed here.
                return message is not null && message.Verify(key) is not null;
            },
            new FuzzLimits(2048, 8, TimeSpan.FromMilliseconds(50)));
        Assert.True(summary.Accepted > 1000 && summary.Refused > 10_000, summary.ToString());
    }

    [OracleFact(Oracle.NodePackages)]
    public void Auth0_cose_verifies_ours_and_we_verify_theirs()
    {
        byte[][] payloads = [[], [1], new byte[1000]];
        string input = JsonSerializer.Serialize(new
        {
            x = Convert.ToHexStringLower(Key.ToArray().AsSpan(0, 32)),
            y = Convert.ToHexStringLower(Key.ToArray().AsSpan(32)),
            messages = payloads.Select(payload => Convert.ToHexStringLower(CoseSign1.Sign(payload, _signer).Encode())),
        });
        using JsonDocument output = JsonDocument.Parse(Oracles.RunNode("cose.mjs", input));

        Assert.Equal(
            payloads.Select(Convert.ToHexStringLower),
            output.RootElement.GetProperty("verified").EnumerateArray().Select(payload => payload.GetString()!));

        byte[] xy = Convert.FromHexString(output.RootElement.GetProperty("xy").GetString()!);
        Assert.True(P256PublicKey.TryFrom(xy, out P256PublicKey theirs));
        Assert.Equal(output.RootElement.GetProperty("thumbprint").GetString(), theirs.Thumbprint().ToString());
        int passed = 0;
        foreach (JsonElement element in output.RootElement.GetProperty("signed").EnumerateArray())
        {
            CoseSign1? message = CoseSign1.TryDecode(Convert.FromHexString(element.GetString()!), out string? error);
            Assert.Null(error);

            // Node's signatures aren't normalised, so about half of them aren't of the profile.
            string? code = message!.Verify(theirs);
            Assert.True(code is null or CoseErrors.SignatureMalleable, code);
            passed += code is null ? 1 : 0;
        }

        Assert.InRange(passed, 1, 63);
    }
}
