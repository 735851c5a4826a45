using System.Text;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments.Tests;

public sealed class ChainFactsTests
{
    private static readonly ChainTransaction Made = new(84532, Digest32.Sha256([1]), true, null, new byte[] { 1, 2, 3 }, 7, ulong.MaxValue, []);

    private static readonly ChainTransaction Called = new(
        84532, Digest32.Sha256([2]), false, Samples.Token, default, 8, 1, [new ChainLog(Samples.Token, [Digest32.Sha256([3]), Digest32.Sha256([4])], new byte[] { 5 })]);

    private static readonly string Text = Encoding.UTF8.GetString(ChainFactsJson.Write(new ChainFacts([84532, 1], [Made, Called])));

    [Fact]
    public void WhatIsWritten_ReadsAsTheSame()
    {
        ChainFacts read = Read(Text)!;
        Assert.Equal(new System.Numerics.BigInteger[] { 84532, 1 }, read.Chains);
        Assert.Equal(2, read.Transactions.Count);
        Assert.Equal((Made.Hash, true, null, ulong.MaxValue), (read.Transactions[0].Hash, read.Transactions[0].Succeeded, read.Transactions[0].To, read.Transactions[0].Confirmations));
        Assert.Equal([1, 2, 3], read.Transactions[0].Input.ToArray());
        ChainTransaction called = read.Find(84532, Called.Hash)!;
        Assert.Equal((false, Samples.Token, 8UL), (called.Succeeded, called.To, called.Block));
        Assert.True(Called.Logs[0].Topics.AsSpan().SequenceEqual(called.Logs[0].Topics.AsSpan()));
        Assert.Null(read.Find(1, Called.Hash));
        Assert.Equal(Text, Encoding.UTF8.GetString(ChainFactsJson.Write(read)));
    }

    [Fact]
    public void Join_TheFirstToSaySomethingCounts()
    {
        ChainFacts joined = new ChainFacts([84532], [Called]).Join(new ChainFacts([1, 84532], [Called with { Succeeded = true }, Made]));
        Assert.Equal(new System.Numerics.BigInteger[] { 84532, 1 }, joined.Chains);
        Assert.False(joined.Find(84532, Called.Hash)!.Succeeded);
        Assert.NotNull(joined.Find(84532, Made.Hash));
    }

    [Theory]
    [InlineData("assay/chain-facts/v1", "assay/chain-facts/v2")]
    [InlineData("eip155:1\"", "eip155:84532\"")]
    [InlineData("eip155:1\"", "eip155:01\"")]
    [InlineData("eip155:1\"", "solana:1\"")]
    [InlineData("\"succeeded\": true", "\"succeeded\": 1")]
    [InlineData("\"to\": null", "\"to\": \"0x12\"")]
    [InlineData("\"to\": null", "\"too\": null")]
    [InlineData("\"0x010203\"", "\"0x01020\"")]
    [InlineData("\"0x010203\"", "\"010203\"")]
    [InlineData("\"block\": \"7\"", "\"block\": 7")]
    [InlineData("\"block\": \"7\"", "\"block\": \"07\"")]
    [InlineData("\"18446744073709551615\"", "\"18446744073709551616\"")]
    [InlineData("\"confirmations\": \"1\"", "\"confirmations\": \"0\"")]
    [InlineData("\"topics\": [", "\"topics\": [1,")]
    [InlineData("\"data\"", "\"more\": 1, \"data\"")]
    [InlineData("{\n  \"profile\"", "{\n  \"more\": 1, \"profile\"")]
    public void WhatIsMalformed_IsNoFile(string old, string now)
    {
        string changed = Text.Replace(old, now, StringComparison.Ordinal);
        Assert.NotEqual(Text, changed);
        Assert.Null(Read(changed));
    }

    [Fact]
    public void AByteOfAnyKind_NeverThrows()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Text);
        for (int at = 0; at < bytes.Length; at++)
        {
            foreach (byte value in (ReadOnlySpan<byte>)[(byte)(bytes[at] ^ 1), (byte)'{', (byte)'"', 0xFF, (byte)'9'])
            {
                byte[] changed = [.. bytes];
                changed[at] = value;
                _ = ChainFactsJson.TryRead(changed);
            }

            Assert.Null(ChainFactsJson.TryRead(bytes.AsMemory(0, at)));
        }
    }

    [Theory]
    [InlineData("prepaid 0.01 USD", true)]
    [InlineData("prepaid 12 EUR2", true)]
    [InlineData("prepaid 0.010 USD", false)]
    [InlineData("prepaid .5 USD", false)]
    [InlineData("prepaid 01 USD", false)]
    [InlineData("prepaid 1 usd", false)]
    [InlineData("prepaid 1 USD\n", false)]
    [InlineData("1 USD", false)]
    public void Prepaid_HasOneSpelling(string text, bool expected) => Assert.Equal(expected, PriceText.IsPrepaid(text));

    [Fact]
    public void Charged_FitsItsOffer()
    {
        PaymentRequirements exact = Samples.Offer(), upto = Samples.Offer(TransferMethod.Permit2Upto);
        Assert.Equal(1000, PriceText.TryCharged(PriceText.Charged(1000, exact), exact));
        Assert.Null(PriceText.TryCharged(PriceText.Charged(999, exact), exact));
        Assert.Equal(999, PriceText.TryCharged(PriceText.Charged(999, upto), upto));
        Assert.Null(PriceText.TryCharged(PriceText.Charged(1001, upto), upto));
        Assert.Null(PriceText.TryCharged(PriceText.Charged(1000, exact), exact with { ChainId = 1 }));
        Assert.Null(PriceText.TryCharged("1000", exact));
        Assert.Throws<FormatException>(() => PriceText.Prepaid("1.0", "USD"));
    }

    private static ChainFacts? Read(string text) => ChainFactsJson.TryRead(Encoding.UTF8.GetBytes(text));
}
