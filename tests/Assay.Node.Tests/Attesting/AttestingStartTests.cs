using Assay.Attestation;
using Assay.Node.Attesting;

namespace Assay.Node.Tests.Attesting;

/// <summary>A node that is to attest and can't doesn't start, and says what would work.</summary>
public sealed class AttestingStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-attesting-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ABuildThatThePolicyDoesntName_IsRefused_AndTheMessageSaysWhichItIs()
    {
        AttestationException refused = await RefusedAsync(Simulated.Another("elsewhere").PolicyOfItsOwn().Text);
        Assert.Equal(AttesterErrors.NotAccepted, refused.Code);
        Assert.Contains("\"measurements\":{\"measurement\":\"", refused.Message, StringComparison.Ordinal);

        // Whoever means hardware doesn't get the simulator.
        Assert.Equal(AttesterErrors.NotAccepted, (await RefusedAsync(Simulated.Production.Text)).Code);
    }

    [Fact]
    public async Task EvidenceAboutAnotherKeyOrNode_IsRefusedByTheNodeItself()
    {
        (FaultyAttester attester, string policy) = Simulated.Breakable(_folder);
        attester.Instead = static binding => TeeBinding.Create(binding.Nonce.Span, binding.Key, default, default, binding.Build, TimeProvider.System.GetUtcNow());
        AttestationException refused = await Assert.ThrowsAsync<AttestationException>(() => Simulated.StartAsync(attester: attester, policyFile: policy));
        Assert.Equal(AttesterErrors.NotAccepted, refused.Code);
        Assert.Contains(StepCodes.Binding, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HardwareThatFails_IsToldByItsOwnCode()
    {
        (FaultyAttester attester, string policy) = Simulated.Breakable(_folder);
        attester.Failure = new AttesterError(AttesterErrors.Denied, "open: EACCES");
        AttestationException refused = await Assert.ThrowsAsync<AttestationException>(() => Simulated.StartAsync(attester: attester, policyFile: policy));
        Assert.Equal(AttesterErrors.Denied, refused.Code);
        Assert.Contains("open: EACCES", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", AttesterErrors.Policy)]
    [InlineData("not JSON", AttesterErrors.Policy)]
    public async Task APolicyThatCantBeRead_IsRefused(string text, string code) => Assert.Equal(code, (await RefusedAsync(text)).Code);

    [Fact]
    public async Task ASignedPolicy_GoesWithTheEvidence_AndASpoiltOneIsRefused()
    {
        string file = Path.Combine(_folder, "policy.signed");
        (FaultyAttester attester, _) = Simulated.Breakable(_folder);
        using Primitives.Cose.Es256Signer issuer = new(System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256));
        AttestationPolicy policy = Simulated.Read(File.ReadAllText(Path.Combine(_folder, "policy.json")));
        byte[] signed = SignedAttestationPolicy.Create(policy, TimeProvider.System.GetUtcNow(), issuer).Bytes.ToArray();
        await File.WriteAllBytesAsync(file, signed);
        await using (NodeFixture node = await Simulated.StartAsync(attester: attester, policyFile: file))
        {
            byte[] bundle = (await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], Receipts.VerificationLevel.Tee, CancellationToken.None)).Bundle;
            SignedAttestationPolicy with = Assert.Single(AttestationMaterial.TryDecode(Receipts.Bundle.TryDecode(bundle, out _)!.Material!.Value, out _)!.Policies);
            Assert.Equal(issuer.PublicKey, with.Issuer);
        }

        signed[^1] ^= 1;
        await File.WriteAllBytesAsync(file, signed);
        Assert.Equal(AttesterErrors.Policy, Assert.Throws<AttestationException>(() => AttestationPolicyFile.Read(file)).Code);
    }

    [Fact]
    public async Task HardwareWithoutAPolicy_IsRefused()
    {
        (FaultyAttester attester, _) = Simulated.Breakable(_folder);
        AttestationException refused = await Assert.ThrowsAsync<AttestationException>(() => Simulated.StartAsync(attester: attester));
        Assert.Equal(AttesterErrors.NoPolicy, refused.Code);
    }

    [Fact]
    public void Auto_NeverTakesTheSimulator()
    {
        NodeOptions options = new() { Folder = _folder, Attest = AttestMode.Auto };
        Assert.Equal(AttesterErrors.NoDevice, Assert.Throws<AttestationException>(() => Attesters.Open(options, null, null, TimeProvider.System)).Code);
    }

    [Theory]
    [InlineData("1s", 0.5)]
    [InlineData("1h", 1800)]
    [InlineData("24h", 1800)]
    public void Renewal_IsAtMostHalfOfThePolicysAge(string age, double seconds)
    {
        string text = Simulated.Another().PolicyOfItsOwn().Text;
        AttestationPolicy policy = Simulated.Read(text.Replace("\"maxAge\":\"1h\"", $"\"maxAge\":\"{age}\"", StringComparison.Ordinal));
        using SimulatorAttester attester = Simulated.Another();
        Assert.Equal(seconds, new AttestationSettings(attester, new AttestationPolicyFile(policy, null), null, TimeSpan.FromMinutes(30), TrustAnchors.BuiltIn).Renewal.TotalSeconds);
    }

    private async Task<AttestationException> RefusedAsync(string policy) =>
        await Assert.ThrowsAsync<AttestationException>(() => Simulated.StartAsync(policyFile: Simulated.Write(_folder, policy)));
}
