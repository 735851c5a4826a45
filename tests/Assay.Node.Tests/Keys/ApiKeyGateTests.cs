using Assay.Files;
using Assay.Node.Errors;
using Assay.Node.Keys;
using Microsoft.Extensions.Primitives;

namespace Assay.Node.Tests.Keys;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ApiKeyGateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-keys-").FullName;
    private readonly ManualClock _clock = new();
    private readonly List<string> _reports = [];
    private readonly string _path;

    public ApiKeyGateTests()
    {
        _path = Path.Combine(_folder, "keys.json");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AChangedFile_TakesEffect_AndBucketsStayAsTheyWere()
    {
        using ApiKeyGate gate = Open(ApiKeySamples.File(""","limits":{"requestsPerMinute":2}"""));
        Assert.Null(Try(gate));
        Assert.Null(Try(gate));
        Write(ApiKeySamples.File(""","limits":{"requestsPerMinute":3}"""));
        gate.Poll();
        Assert.Contains("1 keys in force", Assert.Single(_reports), StringComparison.Ordinal);
        Assert.Equal((429, "key_rate_limited", 20), (Try(gate)!.Status, Try(gate)!.Code, Try(gate)!.RetryAfterSeconds));
        Write(ApiKeySamples.File(""","revoked":"2026-11-21T12:00:00Z" """));
        gate.Poll();
        Assert.Equal("key_unknown", Try(gate)!.Code);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"profile":"assay/api-keys/v1","keys":[],"extra":1}""")]
    public void ABrokenFile_IsReportedOnce_AndTheOldKeysStay(string broken)
    {
        using ApiKeyGate gate = Open(ApiKeySamples.File());
        Write(System.Text.Encoding.UTF8.GetBytes(broken));
        gate.Poll();
        gate.Poll();
        Assert.Contains("REFUSED [apikeys/", Assert.Single(_reports), StringComparison.Ordinal);
        Assert.Null(Try(gate));
        Write(ApiKeySamples.File(""","revoked":"2026-11-21T12:00:00Z" """));
        gate.Poll();
        Assert.NotNull(Try(gate));
    }

    [Fact]
    public void AFileThatIsGoneOrOpenToOthers_IsReported_AndTheOldKeysStay()
    {
        using ApiKeyGate gate = Open(ApiKeySamples.File());
        File.Delete(_path);
        gate.Poll();
        gate.Poll();
        Assert.Contains("[apikeys/unreadable]", Assert.Single(_reports), StringComparison.Ordinal);
        Write(ApiKeySamples.File(top: ""","anonymous":{}"""));
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        gate.Poll();
        Assert.Contains("[apikeys/mode]", _reports[1], StringComparison.Ordinal);
        Assert.Equal("key_required", gate.TryEnter(default, out NodeError? refused) is null ? refused!.Code : null);
        Assert.Null(Try(gate));
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        gate.Poll();
        Assert.NotNull(gate.TryEnter(default, out _));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void ANode_DoesNotStartWithAFileThatOthersCanUse(UnixFileMode more)
    {
        Write(ApiKeySamples.File());
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        Assert.Equal(ApiKeyFileErrors.Mode, Assert.Throws<ApiKeyFileException>(() => ApiKeyFile.Load(_path)).Code);
    }

    [Fact]
    public void Expiry_IsHeldAgainstTheInjectedClock()
    {
        using ApiKeyGate gate = Open(ApiKeySamples.File(""","expires":"2026-11-21T12:00:10Z" """));
        _clock.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Null(Try(gate));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("key_unknown", Try(gate)!.Code);
    }

    [Fact]
    public void TwoAuthorizationHeaders_AreNotOneOfThem()
    {
        using ApiKeyGate gate = Open(ApiKeySamples.File());
        string good = "Bearer " + ApiKeySamples.Secret;
        Assert.Null(gate.TryEnter(new StringValues([good, good]), out NodeError? refused));
        Assert.Equal("key_malformed", refused!.Code);
    }

    [Fact]
    public void TheEditor_AddsAndRevokes_OwnerOnly_AndParallelEditsLoseNothing()
    {
        Parallel.For(0, 12, i =>
        {
            _ = ApiKeySecret.TryDigest(ApiKeySecret.Create(), out Primitives.Digest32 digest);
            ApiKeyFileEditor.Add(_path, new ApiKey($"key{i}", null), digest);
        });
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_path));
        Assert.Equal(12, ApiKeyFile.Load(_path).Ring.Keys.Count);
        Assert.True(ApiKeyFileEditor.Revoke(_path, "key3", _clock.GetUtcNow()));
        Assert.False(ApiKeyFileEditor.Revoke(_path, "key3", _clock.GetUtcNow()));
        Assert.False(ApiKeyFileEditor.Revoke(_path, "nobody", _clock.GetUtcNow()));
        Assert.Equal("key3", Assert.Single(ApiKeyFile.Load(_path).Ring.Keys, static k => k.Revoked is not null).Name);
        Assert.Equal(ApiKeyFileErrors.Repeated, Assert.Throws<ApiKeyFileException>(() => ApiKeyFileEditor.Add(_path, new ApiKey("key3", null), default)).Code);
    }

    private ApiKeyGate Open(byte[] json)
    {
        Write(json);
        return new ApiKeyGate(ApiKeyFile.Load(_path), _clock, _reports.Add);
    }

    private void Write(byte[] json) => OwnerOnlyFile.Write(_path, json);

    private static NodeError? Try(ApiKeyGate gate)
    {
        using ApiKeyLease? lease = gate.TryEnter("Bearer " + ApiKeySamples.Secret, out NodeError? refused);
        return refused;
    }
}
