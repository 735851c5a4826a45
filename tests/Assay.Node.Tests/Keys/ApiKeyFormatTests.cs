using System.Text;
using Assay.Node.Keys;
using Assay.Testing;

namespace Assay.Node.Tests.Keys;

public sealed class ApiKeyFormatTests
{
    private const string Digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private const string Full = $$$"""
        {"profile":"assay/api-keys/v1","anonymous":{"models":["tiny"]},"keys":[{"name":"a","sha256":"{{{Digest}}}","minimumLevel":"signed+replay","expires":"2027-01-31T12:00:00+02:00",
        "revoked":"2026-12-01T00:00:00Z","models":["tiny","digits"],"limits":{"requestsPerMinute":60,"concurrent":4,"bodyBytes":65536,"batch":16}}]}
        """;

    [Fact]
    public void EveryMember_IsRead()
    {
        ApiKeyRing ring = ApiKeyFormat.TryParse(Encoding.UTF8.GetBytes(Full), out _, out _)!;
        ApiKey key = Assert.Single(ring.Keys);
        Assert.Equal(new ApiKeyLimits { RequestsPerMinute = 60, Concurrent = 4, BodyBytes = 65536, Batch = 16 }, key.Limits);
        Assert.Equal(["tiny", "digits"], key.Models!);
        Assert.Equal(new DateTimeOffset(2027, 1, 31, 10, 0, 0, TimeSpan.Zero), key.Expires);
        Assert.NotNull(key.Revoked);
        Assert.Equal(["tiny"], ring.Anonymous!.Models!);
    }

    [Theory]
    [InlineData("[]", ApiKeyFileErrors.Json)]
    [InlineData("{", ApiKeyFileErrors.Json)]
    [InlineData("", ApiKeyFileErrors.Json)]
    [InlineData("{\"profile\":\"\\ud800\"}", ApiKeyFileErrors.Json)]
    [InlineData("""{"profile":"assay/api-keys/v1","profile":"assay/api-keys/v1"}""", ApiKeyFileErrors.Json)]
    [InlineData("""{"keys":[]}""", ApiKeyFileErrors.Profile)]
    [InlineData("""{"profile":"assay/api-keys/v2","keys":[]}""", ApiKeyFileErrors.Profile)]
    [InlineData("""{"profile":"assay/api-keys/v1","required":true}""", ApiKeyFileErrors.Member)]
    [InlineData("""{"profile":"assay/api-keys/v1","keys":{}}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"profile":"assay/api-keys/v1","keys":[3]}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"profile":"assay/api-keys/v1","anonymous":true}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"profile":"assay/api-keys/v1","anonymous":{"expires":"2027-01-31T12:00:00Z"}}""", ApiKeyFileErrors.Member)]
    [InlineData("""{"profile":"assay/api-keys/v1","keys":[{"name":"a"}]}""", ApiKeyFileErrors.Missing)]
    public void WhatIsNoKeyFile_IsRefusedWhole(string json, string code) => Refused(json, code);

    [Theory]
    [InlineData("""{"name":"anonymous","sha256":"D"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a b","sha256":"D"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"","sha256":"D"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"00"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","level":"zk"}""", ApiKeyFileErrors.Member)]
    [InlineData("""{"name":"a","sha256":"D","minimumLevel":"high"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","expires":"2027-01-31"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","expires":"2027-01-31T12:00:00"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","expires":"2027-02-30T12:00:00Z"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","expires":null}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","limits":{"requestsPerMinute":0}}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","limits":{"requestsPerMinute":-1}}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","limits":{"requestsPerMinute":1.5}}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","limits":{"requestsPerMinute":1000001}}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","limits":{"requestsPerHour":1}}""", ApiKeyFileErrors.Member)]
    [InlineData("""{"name":"a","sha256":"D","models":"tiny"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","application":"Shop"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","application":null}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D","mayRegister":"no"}""", ApiKeyFileErrors.Value)]
    [InlineData("""{"name":"a","sha256":"D"},{"name":"b","sha256":"D"}""", ApiKeyFileErrors.Repeated)]
    [InlineData("""{"name":"a","sha256":"D"},{"name":"a","sha256":"d3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}""", ApiKeyFileErrors.Repeated)]
    public void ABadKey_RefusesTheWholeFile(string key, string code) =>
        Refused("""{"profile":"assay/api-keys/v1","keys":[""" + key.Replace("\"D\"", $"\"{Digest}\"", StringComparison.Ordinal) + "]}", code);

    [Fact]
    public void MutatedFiles_GiveCodesAndNeverThrow()
    {
        FuzzSummary summary = FuzzRun.Run([Encoding.UTF8.GetBytes(Full)], static bytes =>
        {
            bool accepted = ApiKeyFormat.TryParse(bytes, out string? error, out _) is not null;
            Assert.Equal(accepted, error is null);
            return accepted;
        }, oneOf: 4);
        Assert.True(summary.Refused > summary.Accepted);
    }

    private static void Refused(string json, string code)
    {
        Assert.Null(ApiKeyFormat.TryParse(Encoding.UTF8.GetBytes(json), out string? error, out string detail));
        Assert.Equal(code, error);
        Assert.NotEmpty(detail);
    }
}
