using System.Text;
using System.Text.Json;

namespace Assay.Primitives.Tests.Json;

/// <summary>RFC 8785: its own example, and numbers as ECMAScript spells them.</summary>
public sealed class CanonicalJsonTests
{
    [Fact]
    public void TheExampleOfTheRfc()
    {
        const string Input = """{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}""";
        Assert.Equal("""{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""", Write(Input));
    }

    [Theory]
    [InlineData("-0", "0")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("-1.7976931348623157e308", "-1.7976931348623157e+308")]
    [InlineData("9007199254740992", "9007199254740992")]
    [InlineData("295147905179352830000", "295147905179352830000")]
    [InlineData("999999999999999900000", "999999999999999900000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("0.00000123", "0.00000123")]
    [InlineData("333333333.33333325", "333333333.33333325")]
    [InlineData("1424953923781206.2", "1424953923781206.2")]
    [InlineData("100", "100")]
    [InlineData("1.50", "1.5")]
    public void Numbers(string input, string expected) => Assert.Equal(expected, Write(input));

    [Fact]
    public void MembersAreOrdered_ByTheirUtf16Units()
    {
        // U+1F600 is a pair that begins with D83D, and so stands before U+FB33.
        Assert.Equal("{\"\\r\":1,\"1\":2,\"\u0080\":3,\"\U0001F600\":4,\"\uFB33\":5}", Write("{\"\uFB33\":5,\"\U0001F600\":4,\"\u0080\":3,\"1\":2,\"\\r\":1}"));
    }

    [Fact]
    public void ANumberThatNoBinary64Holds_HasNone() => Assert.Null(Write("[1e400]"));

    private static string? Write(string json) => CanonicalJson.TryWrite(StrictJson.TryParse(Encoding.UTF8.GetBytes(json), 1 << 20, 16) ?? throw new JsonException());
}
