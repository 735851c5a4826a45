using System.Buffers.Binary;
using System.Text;
using Assay.Primitives;
using Assay.Testing;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Snp;

public sealed class AzureTests
{
    private static readonly SnpPki Pki = new("Genoa");
    private static readonly AzureBlob Blob = new();

    [Fact]
    public void The_report_vouches_for_the_runtime_data_and_that_for_the_guests_bytes()
    {
        EvidenceReport report = Verify(Blob.Sign(Pki.Report, Pki.VekKey));
        SnpVectors.Passes(report);
        EvidenceFacts facts = report.Facts!;
        Assert.Equal(EvidenceType.AzureSevSnp, facts.Type);
        Assert.Equal(Blob.UserData, facts.ReportData.ToArray());
        Assert.Equal([SnpCodes.Paravisor, SnpCodes.GuestNotMeasured], facts.Modes.ToArray());
        Assert.Contains(("vm-id", "911b0ef8-9dba-48b0-b275-4e4df2d39252"), facts.Details);
        Assert.Contains(("vm-secure-boot", "yes"), facts.Details);
        Assert.Equal(64, facts.Details.Single(static detail => detail.Name == "vtpm-ak").Value.Length);
        Assert.Equal(Pki.ChipId, facts.Platform.Value.ToArray());
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 1, 2600)]
    [InlineData(3, 1, 2600)]
    [InlineData(1, 2, 2600)]
    [InlineData(1, 1, 32768)]
    public void All_hashes_versions_and_lengths_of_the_form(uint hash, uint version, int length) =>
        SnpVectors.Passes(Verify((Blob with { Hash = hash, RequestVersion = version, Length = length }).Sign(Pki.Report, Pki.VekKey)));

    [Fact]
    public void Without_secure_boot_a_mode_says_so()
    {
        byte[] blob = (Blob with { Json = AzureBlob.RuntimeData.Replace("\"secure-boot\":true", "\"secure-boot\":false", StringComparison.Ordinal) }).Sign(Pki.Report, Pki.VekKey);
        Assert.Contains(SnpCodes.NoSecureBoot, Verify(blob).Facts!.Modes);
        blob = (Blob with { Json = AzureBlob.RuntimeData.Replace("\"secure-boot\":true,", "", StringComparison.Ordinal) }).Sign(Pki.Report, Pki.VekKey);
        Assert.Contains(SnpCodes.NoSecureBoot, Verify(blob).Facts!.Modes);
    }

    [Fact]
    public void A_paravisor_too_old_to_carry_the_guests_bytes_binds_nothing()
    {
        byte[] blob = (Blob with { Json = AzureBlob.RuntimeData.Replace(",\"user-data\":\"USER\"", "", StringComparison.Ordinal) }).Sign(Pki.Report, Pki.VekKey);
        EvidenceReport report = Verify(blob);
        SnpVectors.Passes(report);
        Assert.True(report.Facts!.ReportData.IsEmpty);
    }

    [Fact]
    public void Runtime_data_that_the_report_isnt_about_isnt_signed()
    {
        byte[] blob = Blob.Sign(Pki.Report, Pki.VekKey);
        int user = blob.AsSpan().IndexOf("000102"u8);
        blob[user] = (byte)'1';
        SnpVectors.Stops(Verify(blob), StepCodes.Signature, SnpCodes.AzureRuntimeHash);

        // Report data that begins with the hash and goes on with something.
        blob = Blob.Sign(Pki.Report, Pki.VekKey);
        byte[] hash = blob[(32 + 0x50)..(32 + 0x70)];
        (Pki.Report with { ReportData = [.. hash, .. new byte[31], 1] }).Sign(Pki.VekKey).CopyTo(blob, 32);
        SnpVectors.Stops(Verify(blob), StepCodes.Signature, SnpCodes.AzureRuntimeHash);

        // A report with the guest's bytes themselves, as plain SEV-SNP has them.
        (Pki.Report with { ReportData = Blob.UserData }).Sign(Pki.VekKey).CopyTo(blob, 32);
        SnpVectors.Stops(Verify(blob), StepCodes.Signature, SnpCodes.AzureRuntimeHash);
    }

    [Theory]
    [InlineData(0, 'h', "azure/header")]
    [InlineData(4, 3, "azure/header")]
    [InlineData(8, 1, "azure/length")]
    [InlineData(12, 1, "azure/header")]
    [InlineData(16, 1, "azure/header")]
    [InlineData(20, 1, "azure/header")]
    [InlineData(31, 1, "azure/header")]
    [InlineData(32, 4, "snp/version-4")]
    [InlineData(32 + 0x4C, 1, "snp/reserved")]
    [InlineData(1216, 1, "azure/length")]
    [InlineData(1220, 2, "azure/length")]
    [InlineData(1220, 3, "azure/length")]
    [InlineData(1224, 4, "azure/tdx")]
    [InlineData(1224, 1, "azure/report-type")]
    [InlineData(1228, 0, "azure/hash-type")]
    [InlineData(1228, 4, "azure/hash-type")]
    [InlineData(1232, 1, "azure/length")]
    [InlineData(1235, 0xFF, "azure/length")]
    [InlineData(2599, 1, "azure/padding")]
    public void Everything_that_isnt_signed_must_be_what_it_should(int offset, int value, string detail)
    {
        byte[] blob = Blob.Sign(Pki.Report, Pki.VekKey);
        blob[offset] = (byte)value;
        SnpVectors.Stops(Verify(blob), StepCodes.Parse, detail);
    }

    [Fact]
    public void Every_byte_counts_but_the_version_of_the_head()
    {
        byte[] blob = Blob.Sign(Pki.Report, Pki.VekKey);
        CollateralSet collateral = Collateral;
        for (int offset = 0; offset < blob.Length; offset += offset is > 40 and < 1200 ? 13 : 1)
        {
            byte[] changed = [.. blob];
            changed[offset] ^= 0x02;
            EvidenceReport report = EvidenceVerifier.Verify(EvidenceType.AzureSevSnp, changed, collateral, Pki.Anchors, AppraisalTimes.Of(SyntheticPki.At));
            Assert.True(report.Steps.Any(static step => step.Result == CheckResult.Fail), $"{offset}");
        }

        // 1 is as good as 2: paravisors of 2023 have it, and nothing depends on it.
        blob[4] = 1;
        SnpVectors.Passes(Verify(blob));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[{"kid":"HCLEkPub","kty":"RSA","e":"AQAB","n":"AA"}]}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"EC","e":"AQAB","n":"AA"}]}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"A+"}]}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"AA"},{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"AB"}]}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"AA"}],"user-data":"00"}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"AA"}],"user-data":null}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"AA"}],"user-data":"USER","user-data":"USER"}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"AA"}],"user-data":"USER","user\u002Ddata":"USER"}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"AA"}],"vm-configuration":[]}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kid":"x","kty":"RSA","e":"AQAB","n":"AA"}]}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub\ud800","kty":"RSA","e":"AQAB","n":"AA"}]}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"AA"}]} x""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"AA"}],}""")]
    [InlineData("""{"keys":[{"kid":"HCLAkPub","kty":"RSA","e":"AQAB","n":"AA"}],"x":[[[[[[[[[[]]]]]]]]]]}""")]
    public void Runtime_data_is_read_strictly(string json) =>
        SnpVectors.Stops(Verify((Blob with { Json = json }).Sign(Pki.Report, Pki.VekKey)), StepCodes.Parse, SnpCodes.AzureRuntime);

    [Fact]
    public void A_bare_report_is_no_blob_and_a_blob_no_report()
    {
        SnpVectors.Stops(Verify(Pki.Report.Sign(Pki.VekKey)), StepCodes.Parse, SnpCodes.AzureLength);
        EvidenceReport report = EvidenceVerifier.Verify(EvidenceType.AmdSevSnp, Blob.Sign(Pki.Report, Pki.VekKey), Collateral, Pki.Anchors, AppraisalTimes.Of(SyntheticPki.At));
        SnpVectors.Stops(report, StepCodes.Parse, SnpCodes.Length);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        byte[] good = Blob.Sign(Pki.Report, Pki.VekKey);
        byte[] swapped = [.. good];
        BinaryPrimitives.WriteUInt32LittleEndian(swapped.AsSpan(1232), 0x7FFF_FFFF);
        FuzzSummary summary = FuzzRun.Run([good, (Blob with { Length = 0 }).Sign(Pki.Report, Pki.VekKey), swapped], static bytes =>
        {
            AzureReport? read = AzureReport.TryRead(bytes, out string? error);
            Assert.NotEqual(read is null, error is null);
            return read is not null;
        });
        Assert.True(summary.Accepted > 10, summary.ToString());
        summary = FuzzRun.Run([Encoding.UTF8.GetBytes(AzureBlob.RuntimeData.Replace("USER", new string('0', 128), StringComparison.Ordinal))], static bytes => AzureRuntimeData.TryRead(bytes) is { } data && data.Details().Any());
        Assert.True(summary.Accepted > 10, summary.ToString());
    }

    private static CollateralSet Collateral { get; } = Pki.Collateral(Pki.Issue(Pki.Vcek));

    private static EvidenceReport Verify(byte[] blob) => EvidenceVerifier.Verify(EvidenceType.AzureSevSnp, blob, Collateral, Pki.Anchors, AppraisalTimes.Of(SyntheticPki.At));
}
