using Assay.Node.Errors;
using Assay.Node.Keys;

namespace Assay.Node.Tests.Keys;

public sealed class ApiKeyRingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TheRightSecret_NamesTheCaller()
    {
        ApiKeyRing ring = ApiKeySamples.Ring(""","minimumLevel":"replay" """);
        Assert.Null(ring.Authenticate("Bearer " + ApiKeySamples.Secret, Now, out ApiKey? key));
        Assert.Equal("team", key!.Name);
        Assert.Equal("replay", key.MinimumLevel.ToString());
    }

    [Theory]
    [InlineData(null, "key_required")]
    [InlineData("", "key_required")]
    [InlineData("Bearer wrong", "key_malformed")]
    [InlineData("Bearer ", "key_malformed")]
    [InlineData("Basic s3cret", "key_malformed")]
    public void AnythingElse_IsRefused(string? header, string code)
    {
        Assert.Equal(code, ApiKeySamples.Ring().Authenticate(header, Now, out ApiKey? key)!.Code);
        Assert.Null(key);
    }

    [Fact]
    public void UnknownExpiredAndRevoked_GetTheSameAnswer()
    {
        NodeError? unknown = ApiKeySamples.Ring().Authenticate("Bearer " + ApiKeySamples.Other, Now, out _);
        NodeError? expired = ApiKeySamples.Ring(""","expires":"2026-11-21T12:00:00Z" """).Authenticate("Bearer " + ApiKeySamples.Secret, Now, out _);
        NodeError? revoked = ApiKeySamples.Ring(""","revoked":"2026-11-01T00:00:00Z" """).Authenticate("Bearer " + ApiKeySamples.Secret, Now, out _);
        NodeError? node = ApiKeyRing.Open.Authenticate("Bearer " + ApiKeySamples.Secret, Now, out _);
        Assert.Equal((401, "key_unknown"), (unknown!.Status, unknown.Code));
        Assert.All(new[] { expired, revoked, node }, e => Assert.Equal((unknown.Status, unknown.Code, unknown.Message, unknown.Nearest), (e!.Status, e.Code, e.Message, e.Nearest)));
    }

    [Theory]
    [InlineData("2026-11-21T12:00:01Z", true)]
    [InlineData("2026-11-21T12:00:00Z", false)]
    [InlineData("2026-11-21T13:00:00+01:00", false)]
    [InlineData("2026-11-21T13:00:01+01:00", true)]
    public void AKey_WorksUntilItsExpiry(string expires, bool works) =>
        Assert.Equal(works, ApiKeySamples.Ring($$""","expires":"{{expires}}" """).Authenticate("Bearer " + ApiKeySamples.Secret, Now, out _) is null);

    [Fact]
    public void TheAnonymousCaller_HasItsOwnRestrictions()
    {
        ApiKeyRing ring = ApiKeySamples.Ring(top: ""","anonymous":{"minimumLevel":"replay","limits":{"requestsPerMinute":5}}""");
        Assert.Null(ring.Authenticate(null, Now, out ApiKey? key));
        Assert.Equal(("anonymous", "replay", 5), (key!.Name, key.MinimumLevel.ToString(), key.Limits.RequestsPerMinute));
    }

    [Theory]
    [InlineData("assay_")]
    [InlineData("assay_11111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("assay_111111111111111111111111111111111111111111111111111111111111111g")]
    [InlineData("assay_A111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("ASSAY_1111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111111111")]
    public void WhatIsNoSecret_IsRefusedUnhashed(string text) => Assert.False(ApiKeySecret.TryDigest(text, out _));

    [Fact]
    public void AnEndlessSecret_IsRefusedUnhashed() =>
        Assert.Equal("key_malformed", ApiKeySamples.Ring().Authenticate("Bearer " + new string('a', 10_000), Now, out _)!.Code);

    [Fact]
    public void NewSecrets_AreDifferentAndWellFormed()
    {
        string[] secrets = [.. Enumerable.Range(0, 100).Select(static _ => ApiKeySecret.Create())];
        Assert.Equal(100, secrets.Distinct().Count());
        Assert.All(secrets, static s => Assert.True(ApiKeySecret.TryDigest(s, out _)));
    }
}
