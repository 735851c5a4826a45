using System.Text;
using Assay.Node.Paying;
using Assay.Receipts;

namespace Assay.Node.Tests.Paying;

public sealed class PriceFileTests
{
    [Fact]
    public void AJoinedLevel_CostsTheSumOfItsParts_UnlessItIsStated()
    {
        ModelPrices prices = Read("""{"signed":{"perRequest":"0.001"},"replay":{"perRequest":"0.002","perItem":"0.000001"},"zk":{"perRequest":"0.01","perSecond":"0.1","most":"1"},"tee+zk":{"perRequest":"0.5"}}""")!.For("tiny")!;
        VerificationLevel both = VerificationLevel.Replay.Join(VerificationLevel.Zk);
        Assert.Equal((12_000, 1), ((int)prices.Of(both)!.PerRequest, (int)prices.Of(both)!.PerItem));
        Assert.Null(prices.Of(both)!.Most);
        Assert.Equal(500_000, prices.Of(VerificationLevel.Tee.Join(VerificationLevel.Zk))!.PerRequest);
        Assert.Null(prices.Of(VerificationLevel.Tee));
        Assert.Equal(["signed", "replay", "zk", "replay+zk", "tee+zk"], prices.Levels.Select(static level => level.ToString()));
    }

    [Theory]
    [InlineData("""{"signed":{"perRequest":"0.001"},"replay":{"perRequest":"0.001"}}""", "1 item")]
    [InlineData("""{"signed":{"perRequest":"0.001","perItem":"0.001"},"replay":{"perRequest":"0.004"}}""", "3 items")]
    [InlineData("""{"signed":{"perRequest":"0.001"},"replay":{"perRequest":"0.001"},"zk":{"perRequest":"0.002"}}""", "1 item")]
    [InlineData("""{"replay":{"perRequest":"0.001"},"signed":{"perRequest":"0.003"},"zk":{"perRequest":"0.002"}}""", "1 item")]
    [InlineData("""{"signed":{"perRequest":"1","perSecond":"1","most":"2"},"replay":{"perRequest":"3","perSecond":"2","most":"2"}}""", "most")]
    public void EqualAmounts_AreFound(string levels, string why) => Assert.Contains(why, Read(levels)!.For("tiny")!.FindEqual(1024)!.Value.Why, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"signed":{"perRequest":"0.0000001"}}""", "decimals")]
    [InlineData("""{"signed":{"perRequest":"-1"}}""", "decimal number")]
    [InlineData("""{"signed":{"perRequest":"1e3"}}""", "decimal number")]
    [InlineData("""{"signed":{"perRequest":1}}""", "text")]
    [InlineData("""{"signed":{"perRequest":"0"}}""", "costs nothing")]
    [InlineData("""{"signed":{"perRequest":"1","perSecond":"1"}}""", "needs 'most'")]
    [InlineData("""{"signed":{"perRequest":"1","perToken":"1"}}""", "unknown")]
    [InlineData("""{"signed":{"perRequest":"1"},"zk+tee":{"perRequest":"2"}}""", "isn't a level")]
    [InlineData("""{"replay":{"perRequest":"1"}}""", "recommended")]
    public void WhatIsWrong_IsNamed(string levels, string expected)
    {
        Assert.Null(PriceFile.TryParse(Encoding.UTF8.GetBytes(PaidNode.Prices(levels: levels)), out IReadOnlyList<string> problems));
        Assert.Contains(problems, problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void AllProblems_AreNamedAtOnce()
    {
        string json = PaidNode.Prices(more: "\"confirmations\":0,\"publicUrl\":\"ftp://x\",\"surprise\":1,").Replace("eip155:84532", "base-sepolia", StringComparison.Ordinal).Replace("FA4293BC", "fa4293BC", StringComparison.Ordinal);
        Assert.Null(PriceFile.TryParse(Encoding.UTF8.GetBytes(json), out IReadOnlyList<string> problems));
        foreach (string expected in new[] { "'network'", "'payTo'", "'confirmations'", "'publicUrl'", "'surprise'" })
        {
            Assert.Contains(problems, problem => problem.Contains(expected, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("tiny\":{\"pay\"", "tinny\":{\"pay\"", "did you mean 'tiny'")]
    [InlineData("\"replay\":", "\"zk\":", "can't be met here")]
    [InlineData("\"rpc\":\"http://127.0.0.1:9\",", "", "'rpc' is missing")]
    public async Task WhatDoesntFitTheModels_EndsTheStart(string part, string other, string expected)
    {
        PriceFileException refused = await Assert.ThrowsAsync<PriceFileException>(() => PaidNode.StartAsync(prices: PaidNode.Prices().Replace(part, other, StringComparison.Ordinal)));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", 6, 1_000_000, "1")]
    [InlineData("0.000001", 6, 1, "0.000001")]
    [InlineData("12.50", 2, 1250, "12.5")]
    public void Amounts_AreExact(string text, int decimals, int amount, string shown)
    {
        Assert.True(DecimalAmount.TryParse(text, decimals, out System.Numerics.BigInteger read, out _));
        Assert.Equal((amount, shown), ((int)read, DecimalAmount.Text(read, decimals)));
    }

    private static PriceFile? Read(string levels) => PriceFile.TryParse(Encoding.UTF8.GetBytes(PaidNode.Prices(levels: levels)), out _);
}
