using System.Numerics;
using Assay.Testing;

namespace Assay.Evm.Tests;

public sealed class AbiTests
{
    // Solidity's specification of the ABI, "Examples" and "Use of Dynamic Types".
    [Fact]
    public void Calls_are_those_of_the_specification()
    {
        Assert.Equal(
            "cdcd77c0" + Word("45") + Word("1"),
            Hex(new AbiFunction("baz(uint32,bool)", "(bool)").Encode(69, true)));
        Assert.Equal(
            "fce353f6" + "6162630000000000000000000000000000000000000000000000000000000000" + "6465660000000000000000000000000000000000000000000000000000000000",
            Hex(new AbiFunction("bar(bytes3[2])", "()").Encode(AbiValue.List("abc"u8.ToArray(), "def"u8.ToArray()))));
        Assert.Equal(
            "a5643bf2" + Word("60") + Word("1") + Word("a0") + Word("4") + "6461766500000000000000000000000000000000000000000000000000000000" + Word("3") + Word("1") + Word("2") + Word("3"),
            Hex(new AbiFunction("sam(bytes,bool,uint256[])", "()").Encode("dave"u8.ToArray(), true, AbiValue.List(1, 2, 3))));
        Assert.Equal(
            "8be65246" + Word("123") + Word("80") + "3132333435363738393000000000000000000000000000000000000000000000" + Word("e0") + Word("2") + Word("456") + Word("789")
            + Word("d") + "48656c6c6f2c20776f726c642100000000000000000000000000000000000000",
            Hex(new AbiFunction("f(uint256,uint32[],bytes10,bytes)", "()").Encode(0x123, AbiValue.List(0x456, 0x789), "1234567890"u8.ToArray(), "Hello, world!"u8.ToArray())));
        Assert.Equal(
            "2289b18c" + Word("40") + Word("140") + Word("2") + Word("40") + Word("a0") + Word("2") + Word("1") + Word("2") + Word("1") + Word("3") + Word("3") + Word("60") + Word("a0") + Word("e0")
            + Word("3") + "6f6e650000000000000000000000000000000000000000000000000000000000" + Word("3") + "74776f0000000000000000000000000000000000000000000000000000000000"
            + Word("5") + "7468726565000000000000000000000000000000000000000000000000000000",
            Hex(new AbiFunction("g(uint256[][],string[])", "()").Encode(AbiValue.List(AbiValue.List(1, 2), AbiValue.List(3)), AbiValue.List("one", "two", "three"))));
    }

    [Fact]
    public void Tuples_stand_as_they_do_in_x402s_calls()
    {
        // Permit2's: a static tuple lies among the others.
        AbiFunction settle = new("settle(((address,uint256),uint256,uint256),address,(address,uint256),bytes)", "()");
        EvmAddress a = EvmAddress.From(Convert.FromHexString("036CbD53842c5426634e7929541eC2318f3dCF7e"));
        byte[] call = settle.Encode(AbiValue.List(AbiValue.List(a, 10_000), 42, 1_900_000_000), a, AbiValue.List(a, 0), new byte[65]);
        string word = Word("036cbd53842c5426634e7929541ec2318f3dcf7e");
        Assert.Equal(Hex(settle.Selector.ToArray()) + word + Word("2710") + Word("2a") + Word("713fb300") + word + word + Word("0") + Word("100") + Word("41") + new string('0', 192), Hex(call));
        Assert.True(settle.TryDecodeCall(call, out AbiValue? arguments));
        Assert.Equal(10_000, arguments.Items[0].Items[0].Items[1].Number);
        Assert.Equal(65, arguments.Items[3].Bytes.Length);
        Assert.False(settle.TryDecodeCall(call.AsSpan(4), out _));
        Assert.False(settle.TryDecodeCall(call.AsSpan(0, 3), out _));
    }

    [Theory]
    [InlineData("(uint8)", "0000000000000000000000000000000000000000000000000000000000000100")]
    [InlineData("(address)", "0000000000000000000000010000000000000000000000000000000000000000")]
    [InlineData("(bool)", "0000000000000000000000000000000000000000000000000000000000000002")]
    [InlineData("(bytes3)", "6162636400000000000000000000000000000000000000000000000000000000")]
    [InlineData("(uint256)", "00")]
    [InlineData("(uint256)", "")]
    [InlineData("(uint256)", "00000000000000000000000000000000000000000000000000000000000000010000000000000000000000000000000000000000000000000000000000000000")]
    public void Values_out_of_their_type_are_refused(string type, string hex) => Assert.False(Abi.TryDecode(AbiType.Parse(type), Convert.FromHexString(hex), out _));

    [Fact]
    public void Tails_elsewhere_than_in_order_are_refused()
    {
        AbiType type = AbiType.Parse("(bytes,bytes)");
        byte[] good = Abi.Encode(type, AbiValue.List(new byte[] { 1 }, new byte[] { 2 }));
        Assert.True(Abi.TryDecode(type, good, out _));
        foreach ((int at, byte value) in new (int, byte)[] { (31, 0x80), (63, 0x40), (31, 0x41), (0, 1), (95, 33), (64, 0xff), (97, 1), (127, 1) })
        {
            byte[] bad = [.. good];
            bad[at] = value;
            Assert.False(Abi.TryDecode(type, bad, out _), $"{at}: {value}");
        }

        // An array that says it has many.
        Assert.False(Abi.TryDecode(AbiType.Parse("(uint256[])"), Convert.FromHexString(Word("20") + Word("7fffffff")), out _));
        Assert.False(Abi.TryDecode(AbiType.Parse("(uint256[])"), Convert.FromHexString(Word("20") + Word("ffffffff")), out _));
        Assert.False(Abi.TryDecode(AbiType.Parse("(string)"), Convert.FromHexString(Word("20") + Word("1") + "ff" + new string('0', 62)), out _));
    }

    [Theory]
    [InlineData("uint")]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("uint08")]
    [InlineData("int256")]
    [InlineData("bytes33")]
    [InlineData("bytes0")]
    [InlineData("(address")]
    [InlineData("(address,)")]
    [InlineData("(address),")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[")]
    [InlineData("(()[])")]
    [InlineData("(())")]
    [InlineData("((((((((((uint8))))))))))")]
    [InlineData("")]
    public void Types_that_signatures_dont_spell_are_refused(string type) => Assert.Throws<FormatException>(() => AbiType.Parse(type));

    [Fact]
    public void Values_that_dont_fit_arent_encoded()
    {
        Assert.Throws<ArgumentException>(() => Abi.Encode(AbiType.Parse("uint8"), 256));
        Assert.Throws<ArgumentException>(() => Abi.Encode(AbiType.Parse("uint256"), BigInteger.MinusOne));
        Assert.Throws<ArgumentException>(() => Abi.Encode(AbiType.Parse("uint256"), EvmAmount.Max + 1));
        Assert.Throws<ArgumentException>(() => Abi.Encode(AbiType.Parse("address"), 1));
        Assert.Throws<ArgumentException>(() => Abi.Encode(AbiType.Parse("bytes32"), new byte[31]));
        Assert.Throws<ArgumentException>(() => Abi.Encode(AbiType.Parse("(uint8,uint8)"), AbiValue.List(1)));
        Assert.Throws<ArgumentException>(() => Abi.Encode(AbiType.Parse("uint8[2]"), AbiValue.List(1)));
    }

    [Fact]
    public void Reverts_say_why()
    {
        Assert.True(Abi.TryReadRevert(new AbiFunction("Error(string)", "()").Encode("FiatTokenV2: invalid signature"), out string reason));
        Assert.Equal("FiatTokenV2: invalid signature", reason);
        Assert.True(Abi.TryReadRevert(new AbiFunction("Panic(uint256)", "()").Encode(0x11), out reason));
        Assert.Equal("panic 0x11", reason);
        Assert.False(Abi.TryReadRevert([], out _));
        Assert.False(Abi.TryReadRevert([1, 2, 3, 4], out _));
    }

    [Fact]
    public void Decoding_takes_exactly_what_encoding_gives()
    {
        AbiType type = AbiType.Parse("(uint256[],(bytes,address)[2],string,bytes4[],bool)");
        byte[] seed = Abi.Encode(type, AbiValue.List(
            AbiValue.List(1, 2), AbiValue.List(AbiValue.List(new byte[] { 1, 2, 3 }, default(EvmAddress)), AbiValue.List(new byte[33], default(EvmAddress))), "text", AbiValue.List(new byte[4]), true));
        FuzzSummary summary = FuzzRun.Run([seed], input =>
        {
            bool ok = Abi.TryDecode(type, input, out AbiValue? value);
            Assert.True(!ok || input.AsSpan().SequenceEqual(Abi.Encode(type, value!)));
            return ok;
        }, oneOf: 25);
        Assert.True(summary.Accepted > 200);
    }

    private static string Word(string digits) => digits.PadLeft(64, '0');

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
