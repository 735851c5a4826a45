using System.Security.Cryptography;
using Assay.Attestation;

namespace Assay.Node.Tests.Attesting;

/// <summary><c>GET /.well-known/assay/attestation</c>.</summary>
public sealed class AttestationEndpointTests : IDisposable
{
    private const string Path = ".well-known/assay/attestation";
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-attesting-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ANonce_StandsInTheBinding_OfTheKeyThatEndorses()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        AttestationFile fresh = await GetAsync(node, "?nonce=" + Convert.ToHexStringLower(nonce));
        AttestationFile current = await GetAsync(node, "");
        TeeBinding binding = TeeBinding.TryDecode(fresh.Evidence.Binding, out _)!;
        Assert.Equal(nonce, binding.Nonce.ToArray());
        Assert.Equal(TeeBinding.TryDecode(current.Evidence.Binding, out _)!.Key, binding.Key);
        Appraisal appraisal = Appraiser.Appraise(new AppraisalInput
        {
            Evidence = fresh.Evidence,
            Policies = [Simulated.PolicyOf(node)],
            Times = AppraisalTimes.Of(TimeProvider.System.GetUtcNow()),
            Expected = new BindingExpectation { Nonce = nonce, Node = node.Host.Identity.KeySet.Digest },
        });
        Assert.Equal(AppraisalOutcome.Accepted, appraisal.Outcome);
    }

    [Theory]
    [InlineData("?nonce=")]
    [InlineData("?nonce=00")]
    [InlineData("?nonce=0123456789abcdef0123456789abcde")]
    [InlineData("?nonce=0123456789abcdef0123456789abcdeg")]
    [InlineData("?nonce=0123456789abcdef0123456789abcdef&nonce=0123456789abcdef0123456789abcdef")]
    [InlineData("?Nonce2=0123456789abcdef0123456789abcdef")]
    public async Task AnythingElse_IsRefused_AndNoHardwareAsked(string query)
    {
        (FaultyAttester attester, string policy) = Simulated.Breakable(_folder);
        await using NodeFixture node = await Simulated.StartAsync(attester: attester, policyFile: policy);
        Assert.Equal(400, (await node.SendAsync(HttpMethod.Get, Path + query)).Status);
        Assert.Equal(1, attester.Asked);
    }

    [Fact]
    public async Task SlowHardware_IsAskedOneByOne_AndTheQueueIsBounded()
    {
        (FaultyAttester attester, string policy) = Simulated.Breakable(_folder);
        await using NodeFixture node = await Simulated.StartAsync(attester: attester, policyFile: policy);
        TaskCompletionSource hold = new();
        attester.Hold = hold.Task;
        string nonce = "?nonce=" + new string('a', 64);
        Task<(int Status, string Body, HttpResponseMessage Response)>[] waiting = [.. Enumerable.Range(0, 20).Select(_ => node.SendAsync(HttpMethod.Get, Path + nonce))];
        List<Task<(int Status, string Body, HttpResponseMessage Response)>> refused = [];
        for (int i = 0; i < 12; i++)
        {
            refused.Add(await Task.WhenAny(waiting.Except(refused)));
        }

        Assert.All(refused, static r => Assert.Equal(503, r.Result.Status));
        Assert.All(refused, static r => Assert.NotNull(r.Result.Response.Headers.RetryAfter));

        // Who doesn't need the hardware doesn't wait for it.
        Assert.Equal(200, (await node.SendAsync(HttpMethod.Get, Path)).Status);
        Assert.Equal(200, (await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"tee\"," + Simulated.Inputs + "}")).Status);
        hold.SetResult();
        Assert.All(await Task.WhenAll(waiting.Except(refused)), static r => Assert.Equal(200, r.Status));
        Assert.Equal(1, attester.MostAtOnce);
    }

    [Fact]
    public async Task MoreThanTheHardwareGives_Is429()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        List<int> statuses = [];
        for (int i = 0; i < 70; i++)
        {
            statuses.Add((await node.SendAsync(HttpMethod.Get, $"{Path}?nonce={i:d32}")).Status);
        }

        Assert.All(statuses.Take(60), static status => Assert.Equal(200, status));
        Assert.Equal(429, statuses[^1]);
    }

    private static async Task<AttestationFile> GetAsync(NodeFixture node, string query)
    {
        byte[] bytes = await node.Client.GetAsync(Path + query, CancellationToken.None);
        return AttestationFile.TryDecode(bytes, out string? error) ?? throw new InvalidOperationException(error);
    }
}
