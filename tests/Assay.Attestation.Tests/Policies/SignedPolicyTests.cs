using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;
using Assay.Testing;

namespace Assay.Attestation.Tests;

public sealed class SignedPolicyTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_signed_policy_reads_back_and_any_changed_bit_is_refused()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        SignedAttestationPolicy made = Sign(1, signer);
        Assert.Null(made.Verify());
        Assert.Equal(At.ToUnixTimeMilliseconds(), made.SignedAt);
        byte[] bytes = made.Bytes.ToArray();
        for (int bit = 0; bit < bytes.Length * 8; bit += 7)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            SignedAttestationPolicy? read = SignedAttestationPolicy.TryDecode(changed, out string? error);
            Assert.True(read is null ? error is not null : read.Verify() is not null);
        }
    }

    [Fact]
    public void A_text_that_is_not_canonical_is_refused_though_it_is_signed()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        CborWriter payload = new(4096);
        payload.WriteMapHeader(4);
        payload.WriteUInt(1);
        payload.WriteText("assay/signed-attestation-policy/v1");
        payload.WriteUInt(2);
        payload.WriteText(" " + PolicyTexts.Example);
        payload.WriteUInt(3);
        payload.WriteBytes(new byte[8]);
        payload.WriteUInt(4);
        payload.WriteBytes(signer.PublicKey.ToArray());
        Assert.Null(SignedAttestationPolicy.TryDecode(CoseSign1.Sign(payload.Written, signer).Encode(), out string? error));
        Assert.Equal(AttestationPolicyErrors.SignedText, error);
    }

    [Fact]
    public void Of_believed_issuers_the_highest_version_of_each_name_counts()
    {
        using Es256Signer believed = PolicyTexts.NewSigner();
        using Es256Signer stranger = PolicyTexts.NewSigner();
        PolicyIssuer[] issuers = [new(believed.PublicKey.Thumbprint(), 2)];
        AttestationPolicy own = PolicyTexts.Read(PolicyTexts.Example.Replace("production", "own", StringComparison.Ordinal));
        Assert.Same(own, Assert.Single(PolicySelection.Select([own], [Sign(9, stranger)], issuers)));
        Assert.Equal([1UL], PolicySelection.Select([], [Sign(1, believed)], [new(believed.PublicKey.Thumbprint())]).Select(static policy => policy.Version));
        Assert.Empty(PolicySelection.Select([], [Sign(1, believed)], issuers));
        Assert.Equal([3UL], PolicySelection.Select([], [Sign(2, believed), Sign(3, believed), Sign(2, believed), Sign(3, believed)], issuers).Select(static policy => policy.Version));
        Assert.Equal(2, PolicySelection.Select([], [Sign(2, believed), Sign(3, believed, "other")], issuers).Length);
    }

    [Fact]
    public void An_issuer_that_contradicts_itself_has_said_nothing()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        SignedAttestationPolicy one = Sign(3, signer);
        SignedAttestationPolicy two = SignedAttestationPolicy.Create(PolicyTexts.Read(one.Policy.Text.Replace("\"1h\"", "\"24h\"", StringComparison.Ordinal)), At, signer);
        Assert.Empty(PolicySelection.Select([], [one, Sign(2, signer), two], [new(signer.PublicKey.Thumbprint())]));
    }

    [Fact]
    public void Hostile_bytes_never_throw()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        FuzzRun.Run([Sign(1, signer).Bytes.ToArray()], static input => SignedAttestationPolicy.TryDecode(input, out _) is not null, new FuzzLimits(256 * 1024, 64, TimeSpan.FromMilliseconds(50)));
    }

    private static SignedAttestationPolicy Sign(int version, Es256Signer signer, string name = "production") => SignedAttestationPolicy.Create(
        PolicyTexts.Read(PolicyTexts.Example.Replace("\"version\":3", $"\"version\":{version}", StringComparison.Ordinal).Replace("production", name, StringComparison.Ordinal)), At, signer);
}
