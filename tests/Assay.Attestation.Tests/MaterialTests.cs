using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Testing;

namespace Assay.Attestation.Tests;

public sealed class MaterialTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly PlatformIdentity Platform = new("amd-chip", new byte[] { 1, 2, 3 });

    [Fact]
    public void A_platform_endorsement_reads_back_and_is_about_its_platform_and_time_only()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        PlatformEndorsement made = Endorse(signer);
        PlatformEndorsement read = PlatformEndorsement.TryDecode(made.Bytes, out string? error)!;
        Assert.Null(error);
        Assert.Null(read.Verify());
        Assert.Equal("Example Hosting", read.Host);
        Assert.True(read.IsAbout(Platform, At));
        Assert.False(read.IsAbout(Platform, At.AddHours(-2)));
        Assert.False(read.IsAbout(Platform, At.AddHours(1)));
        Assert.False(read.IsAbout(new PlatformIdentity("amd-chip", new byte[] { 1, 2, 4 }), At));
        Assert.False(read.IsAbout(new PlatformIdentity("amd-csp", Platform.Value), At));
    }

    [Fact]
    public void A_platform_that_hides_its_identity_cannot_be_endorsed()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        PlatformIdentity hidden = new("amd-chip", ReadOnlyMemory<byte>.Empty);
        Assert.False(PlatformEndorsement.Create(hidden.Digest, "Example Hosting", At, At.AddHours(1), signer).IsAbout(hidden, At));
    }

    [Fact]
    public void Values_beside_the_signed_ones_do_not_verify()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        using Es256Signer other = PolicyTexts.NewSigner();
        PlatformEndorsement made = Endorse(signer);
        Assert.NotNull((made with { Host = "Somebody else" }).Verify());
        Assert.NotNull((made with { NotAfter = made.NotAfter + 1 }).Verify());
        Assert.NotNull((made with { Issuer = other.PublicKey }).Verify());
        Assert.NotNull((made with { Bytes = new byte[] { 1 } }).Verify());
        byte[] bytes = made.Bytes.ToArray();
        for (int bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(PlatformEndorsement.TryDecode(changed, out _) is not { } endorsement || endorsement.Verify() is not null);
        }
    }

    [Fact]
    public void Bounds_of_an_endorsement_hold()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        Assert.Throws<ArgumentException>(() => PlatformEndorsement.Create(Platform.Digest, "", At, At.AddHours(1), signer));
        Assert.Throws<ArgumentException>(() => PlatformEndorsement.Create(Platform.Digest, "tab\t", At, At.AddHours(1), signer));
        Assert.Throws<ArgumentException>(() => PlatformEndorsement.Create(Platform.Digest, new string('a', 201), At, At.AddHours(1), signer));
        Assert.Throws<ArgumentException>(() => PlatformEndorsement.Create(Platform.Digest, "a", At, At, signer));
    }

    [Fact]
    public void Material_and_file_read_back()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        AttestationFile made = File(signer);
        Assert.True(AttestationFile.IsOne(made.Bytes.Span));
        Assert.False(AttestationFile.IsOne(made.Evidence.Bytes.Span));
        AttestationFile read = AttestationFile.TryDecode(made.Bytes, out string? error)!;
        Assert.Null(error);
        Assert.Equal(EvidenceType.AmdSevSnp, read.Evidence.Type);
        Assert.Equal(2, read.Material.Collateral.Items.Length);
        Assert.Equal("production", Assert.Single(read.Material.Policies).Policy.Name);
        Assert.Equal("Example Hosting", Assert.Single(read.Material.PlatformEndorsements).Host);
        Assert.Empty(AttestationMaterial.Empty.Policies);
    }

    [Fact]
    public void Too_many_parts_are_refused()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        PlatformEndorsement endorsement = Endorse(signer);
        AttestationMaterial.Create(CollateralSet.Empty, [], [.. Enumerable.Repeat(endorsement, AttestationMaterial.MaxItems)]);
        Assert.Throws<ArgumentException>(() => AttestationMaterial.Create(CollateralSet.Empty, [], [.. Enumerable.Repeat(endorsement, AttestationMaterial.MaxItems + 1)]));
        Assert.Null(AttestationMaterial.TryDecode(new byte[AttestationMaterial.MaxLength + 1], out string? error));
        Assert.NotNull(error);
    }

    [Fact]
    public void Hostile_files_never_throw()
    {
        using Es256Signer signer = PolicyTexts.NewSigner();
        FuzzSummary summary = FuzzRun.Run([File(signer).Bytes.ToArray(), AttestationMaterial.Empty.Bytes.ToArray(), Endorse(signer).Bytes.ToArray()], static input =>
            AttestationFile.TryDecode(input, out _) is not null | AttestationMaterial.TryDecode(input, out _) is not null | PlatformEndorsement.TryDecode(input, out _) is not null,
            new FuzzLimits(256 * 1024, 64, TimeSpan.FromMilliseconds(50)));
        Assert.True(summary.Accepted > 0);
    }

    private static PlatformEndorsement Endorse(Es256Signer signer) => PlatformEndorsement.Create(Platform.Digest, "Example Hosting", At.AddHours(-1), At.AddHours(1), signer);

    private static AttestationFile File(Es256Signer signer)
    {
        TeeBinding binding = TeeBinding.Create(new byte[16], signer.PublicKey, [], Digest32.Sha256([1]), "assay 1", At);
        CollateralSet collateral = CollateralSet.Of([new(CollateralKind.Certificate, new byte[] { 1 }), new(CollateralKind.IntelTcbInfo, new byte[] { 2 })]);
        return AttestationFile.Create(
            AttestationEvidence.Create(EvidenceType.AmdSevSnp, new byte[1184], binding.Bytes.Span),
            AttestationMaterial.Create(collateral, [SignedAttestationPolicy.Create(PolicyTexts.Read(PolicyTexts.Example), At, signer)], [Endorse(signer)]));
    }
}
