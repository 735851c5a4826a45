using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Assay.Testing;

namespace Assay.Attestation.Tests;

public sealed class TokenTests
{
    private static readonly DateTimeOffset At = new(2025, 6, 11, 0, 40, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoKeys = [];

    [Fact]
    public void A_real_token_binds_its_device_but_nobody_here_can_say_who_signed_it()
    {
        byte[] token = Vectors.Read("nvidia/hopperClaimsv3_detached_eat.json");
        Assert.Equal("pass nras/no-key pass nvidia/published-nonce", Words(token, NoKeys, At, null));
        string text = Encoding.UTF8.GetString(token);
        int device = text.IndexOf("GPU-0\": \"", StringComparison.Ordinal) + 40;
        Assert.Equal("pass nras/no-key nras/digest nvidia/published-nonce", Words(Encoding.UTF8.GetBytes(text[..device] + (text[device] == 'A' ? 'B' : 'A') + text[(device + 1)..]), NoKeys, At, null));
    }

    [Fact]
    public void A_token_by_a_known_key_passes_in_its_time_and_for_its_nonce()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        ECParameters point = key.ExportParameters(false);
        Dictionary<string, ReadOnlyMemory<byte>> keys = new() { ["k"] = (byte[])[.. point.Q.X!, .. point.Q.Y!] };
        byte[] token = Make(key, "ES384", "aa");
        Assert.Equal("pass pass pass pass", Words(token, keys, At, "AA"));
        Assert.Equal("pass pass pass nvidia/nonce", Words(token, keys, At, "ab"));
        Assert.Equal("pass pass pass nvidia/no-nonce", Words(token, keys, At, null));
        Assert.Equal("pass pass pass nras/time", Words(token, keys, At.AddDays(2), "aa"));
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Equal("pass nras/signature pass pass", Words(Make(other, "ES384", "aa"), keys, At, "aa"));
        Assert.Equal("nras/form", Words(Make(key, "none", "aa"), keys, At, "aa")[..9]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[\"DIGEST\"]")]
    [InlineData("[\"DIGEST\",[]]")]
    [InlineData("[\"DIGEST\",[\"SHA-256\"]]")]
    [InlineData("[\"DIGEST\",\"x\"]")]
    [InlineData("\"x\"")]
    public void A_device_in_another_form_is_refused(string device)
    {
        string payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$$"""{"eat_nonce":"aa","nbf":1,"exp":2,"submods":{"GPU-0":{{{device}}}}}"""));
        string header = Base64Url.EncodeToString("""{"alg":"ES384","kid":"k"}"""u8);
        byte[] token = Encoding.UTF8.GetBytes($$"""[["JWT","{{header}}.{{payload}}.AA"],{"GPU-0":"x"}]""");
        Assert.StartsWith(NvidiaErrors.Token, Words(token, NoKeys, At, null), StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_tokens_end_with_steps()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        FuzzSummary summary = FuzzRun.Run([Make(key, "ES384", "aa")], static input =>
            TokenVerifier.Verify(input, NoKeys, At, null).Steps[0].Detail is null);
        Assert.True(summary.Refused > 1000, $"{summary}");
    }

    private static byte[] Make(ECDsa key, string algorithm, string nonce)
    {
        const string device = "e30.e30.AA";
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(device)));
        string header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","kid":"k"}"""));
        string payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            $$$"""{"eat_nonce":"{{{nonce}}}","nbf":{{{At.ToUnixTimeSeconds() - 10}}},"exp":{{{At.ToUnixTimeSeconds() + 3600}}},"submods":{"GPU-0":["DIGEST",["SHA-256","{{{digest}}}"]]}}"""));
        string signature = Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(header + "." + payload), HashAlgorithmName.SHA384));
        return Encoding.UTF8.GetBytes($$"""[["JWT","{{header}}.{{payload}}.{{signature}}"],{"GPU-0":"{{device}}"}]""");
    }

    private static string Words(byte[] token, Dictionary<string, ReadOnlyMemory<byte>> keys, DateTimeOffset at, string? nonce) =>
        string.Join(' ', TokenVerifier.Verify(token, keys, at, nonce).Steps.Select(static step => step.Detail ?? "pass"));
}
