using System.Text;
using Assay.Node.Keys;

namespace Assay.Node.Tests.Keys;

public sealed class ApiKeyRingTests
{
    private static ApiKeyRing Ring(string secret, string extra = "") => ApiKeyRing.Parse(Encoding.UTF8.GetBytes(
        $$"""{"required":true,"keys":[{"name":"team","sha256":"{{ApiKeyRing.DigestOf(secret)}}"{{extra}}}]}"""));

    [Fact]
    public void TheRightSecret_NamesTheCaller()
    {
        ApiKeyRing ring = Ring("s3cret", ""","minimumLevel":"replay" """);
        Assert.Null(ring.Authenticate("Bearer s3cret", out ApiKey key));
        Assert.Equal("team", key.Name);
        Assert.Equal("replay", key.MinimumLevel.ToString());
    }

    [Theory]
    [InlineData(null, "key_required")]
    [InlineData("", "key_required")]
    [InlineData("Bearer wrong", "key_unknown")]
    [InlineData("Bearer ", "key_unknown")]
    [InlineData("Basic s3cret", "key_malformed")]
    public void AnythingElse_IsRefused(string? header, string code)
    {
        Assert.Equal(code, Ring("s3cret").Authenticate(header, out ApiKey key)!.Code);
        Assert.Same(ApiKey.Anonymous, key);
    }

    [Fact]
    public void AnEndlessSecret_IsRefusedWithoutHashing() =>
        Assert.Equal("key_malformed", Ring("s3cret").Authenticate("Bearer " + new string('a', 10_000), out _)!.Code);

    [Fact]
    public void ASecretOnANodeWithoutKeys_IsNotAnonymous() => Assert.Equal("key_unknown", ApiKeyRing.Open.Authenticate("Bearer s3cret", out _)!.Code);

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"key":[]}""")]
    [InlineData("""{"keys":[{"name":"a"}]}""")]
    [InlineData("""{"keys":[{"name":"anonymous","sha256":"00"}]}""")]
    [InlineData("""{"keys":[{"name":"a","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","level":"zk"}]}""")]
    [InlineData("""{"keys":[{"name":"a","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","minimumLevel":"high"}]}""")]
    [InlineData("""{"keys":[{"name":"a","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},{"name":"b","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}""")]
    [InlineData("""{"keys":[3]}""")]
    public void AKeyFileThatIsNotOne_IsRefusedWhole(string json) => Assert.Throws<FormatException>(() => ApiKeyRing.Parse(Encoding.UTF8.GetBytes(json)));
}
