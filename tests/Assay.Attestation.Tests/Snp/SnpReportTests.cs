using Assay.Testing;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Snp;

public sealed class SnpReportTests
{
    [Fact]
    public void Every_field_of_a_report_of_Turin()
    {
        SnpReport report = Read(SnpVectors.Read("ms-turin.bin"));
        Assert.Equal(5u, report.Version);
        Assert.Equal(2u, report.GuestSvn);
        Assert.Equal(0x3001FUL, report.GuestPolicy.Bits);
        Assert.Equal("abi 0.31, smt", report.GuestPolicy.Text());
        Assert.Equal("01000000000000000000000000000000", Hex(report.FamilyId));
        Assert.Equal("02000000000000000000000000000000", Hex(report.ImageId));
        Assert.Equal(0u, report.Vmpl);
        Assert.Equal("smt, ecc, alias-check-complete, bit-6", report.PlatformInfo.Text());
        Assert.False(report.HasAuthorKey);
        Assert.False(report.MasksChipKey);
        Assert.Equal(SnpKeyKind.Vcek, report.SigningKey);
        Assert.Equal((0x1A, 0x02, 0x01), report.Cpu!.Value);
        Assert.Equal("59790fb1c39f35c1" + new string('0', 112), Hex(report.ChipId));
        Assert.Equal("d2f0b13e226f7c8aee44f2fd22cac739438124864fec3e3a2249901a2f4bc9a6", Hex(report.ReportId));
        Assert.Equal(new string('f', 64), Hex(report.ReportIdMa));
        foreach (ReadOnlyMemory<byte> tcb in (ReadOnlyMemory<byte>[])[report.ReportedTcb, report.CommittedTcb, report.CurrentTcb, report.LaunchTcb])
        {
            Assert.Equal(new SnpTcb(1, 1, 1, 4, 0x51), SnpTcb.TryRead(tcb.Span, SnpProduct.Turin));
        }

        Assert.Equal((1, 55, 65), report.CurrentFirmware);
        Assert.Equal((1, 55, 65), report.CommittedFirmware);
        Assert.Equal((0x3FUL, 0x3FUL), report.Mitigations);
        byte[] bytes = SnpVectors.Read("ms-turin.bin");
        Assert.Equal(bytes[0x50..0x90], report.ReportData.ToArray());
        Assert.Equal(bytes[0x90..0xC0], report.Measurement.ToArray());
        Assert.Equal(bytes[0xC0..0xE0], report.HostData.ToArray());
        Assert.Equal(bytes[0xE0..0x110], report.IdKeyDigest.ToArray());
        Assert.Equal(bytes[0x110..0x140], report.AuthorKeyDigest.ToArray());
        Assert.Equal(bytes[..0x2A0], report.Signed.ToArray());
        Assert.Equal(bytes[0x2A0..0x2D0].Reverse().Concat(bytes[0x2E8..0x318].Reverse()), report.Signature());
    }

    [Fact]
    public void Version_2_has_no_processor_and_no_mitigations()
    {
        SnpReport report = Read(SnpVectors.Read("coco-milan-v2.bin"));
        Assert.Equal(2u, report.Version);
        Assert.Null(report.Cpu);
        Assert.Null(report.Mitigations);
        Assert.True(report.SaysCommitted);
        Assert.Equal((1, 52, 4), report.CommittedFirmware);
        Assert.Equal(new SnpTcb(null, 3, 0, 8, 0x73), SnpTcb.TryRead(report.ReportedTcb.Span, SnpProduct.Milan));
        Assert.Equal(new SnpTcb(null, 3, 0, 8, 0xCE), SnpTcb.TryRead(report.CurrentTcb.Span, SnpProduct.Milan));
    }

    [Fact]
    public void Other_lengths_and_versions_are_refused()
    {
        byte[] bytes = SnpVectors.Read("ms-genoa.bin");
        Assert.Equal(SnpCodes.Length, Problem([.. bytes, 0]));
        for (int length = 0; length < bytes.Length; length += 7)
        {
            Assert.Equal(SnpCodes.Length, Problem(bytes[..length]));
        }

        Assert.Equal(SnpCodes.Version4, Problem(With(bytes, 0, 4)));
        Assert.All((byte[])[0, 1, 6, 255], version => Assert.Equal(SnpCodes.Version, Problem(With(bytes, 0, version))));
        Assert.Equal(SnpCodes.Version, Problem(With(bytes, 3, 1)));
    }

    [Theory]
    [InlineData("coco-milan-v2.bin", 0x188, 0x1F8)]
    [InlineData("ms-genoa.bin", 0x18B, 0x1F8)]
    [InlineData("ms-turin.bin", 0x18B, 0x208)]
    public void What_a_version_doesnt_have_is_zero(string name, int afterCpu, int tail)
    {
        byte[] bytes = SnpVectors.Read(name);
        int[] reserved = [.. Enumerable.Range(0x4C, 4), .. Enumerable.Range(afterCpu, 0x1A0 - afterCpu), 0x1EB, 0x1EF, .. Enumerable.Range(tail, 0x2A0 - tail)];
        Assert.All(reserved, offset => Assert.Equal(SnpCodes.Reserved, Problem(With(bytes, offset, 1))));
        Assert.All(Enumerable.Range(0x49, 3), offset => Assert.Equal(SnpCodes.Reserved, Problem(With(bytes, offset, 1))));
        Assert.Equal(SnpCodes.Reserved, Problem(With(bytes, 0x48, 0x20)));

        int[] padding = [.. Enumerable.Range(0x2A0 + 48, 24), .. Enumerable.Range(0x2A0 + 72 + 48, 0x4A0 - 0x2A0 - 72 - 48)];
        Assert.All(padding, offset => Assert.Equal(SnpCodes.Padding, Problem(With(bytes, offset, 0x80))));
    }

    [Fact]
    public void Values_that_firmware_never_has_are_refused()
    {
        byte[] bytes = SnpVectors.Read("ms-genoa.bin");
        Assert.Equal(SnpCodes.Algorithm, Problem(With(bytes, 0x34, 2)));
        Assert.Equal(SnpCodes.Algorithm, Problem(With(bytes, 0x37, 1)));
        Assert.Equal(SnpCodes.GuestPolicy, Problem(With(bytes, 0x0A, 1)));
        Assert.Equal(SnpCodes.Vmpl, Problem(With(bytes, 0x30, 4)));
        Assert.Equal(SnpCodes.Vmpl, Problem(With(bytes, 0x33, 0xFF)));
        Assert.All((int[])[2, 3, 4, 5, 6], kind => Assert.Equal(SnpCodes.SigningKey, Problem(With(bytes, 0x48, (byte)(kind << 2)))));
    }

    [Theory]
    [InlineData(0x19, 0x00, "Milan")]
    [InlineData(0x19, 0x0F, "Milan")]
    [InlineData(0x19, 0x10, "Genoa")]
    [InlineData(0x19, 0x1F, "Genoa")]
    [InlineData(0x19, 0xA0, "Genoa")]
    [InlineData(0x19, 0xAF, "Genoa")]
    [InlineData(0x1A, 0x00, "Turin")]
    [InlineData(0x1A, 0x11, "Turin")]
    [InlineData(0x19, 0x20, null)]
    [InlineData(0x19, 0x9F, null)]
    [InlineData(0x19, 0xB0, null)]
    [InlineData(0x1A, 0x12, null)]
    [InlineData(0x1A, 0x50, null)]
    [InlineData(0x17, 0x31, null)]
    [InlineData(0x00, 0x00, null)]
    public void Products_by_processor(byte family, byte model, string? product) => Assert.Equal(product, SnpProducts.OfCpu(family, model)?.ToString());

    [Theory]
    [InlineData("Milan", "Milan")]
    [InlineData("Milan-B0", "Milan")]
    [InlineData("Genoa-B1", "Genoa")]
    [InlineData("Turin", "Turin")]
    [InlineData("milan", null)]
    [InlineData("Milano", null)]
    [InlineData("-Milan", null)]
    [InlineData("", null)]
    public void Products_by_name(string name, string? product) => Assert.Equal(product, SnpProducts.OfName(name)?.ToString());

    [Fact]
    public void Security_versions_have_the_layout_of_their_product()
    {
        byte[] bytes = [1, 2, 3, 4, 0, 0, 0, 8];
        Assert.Equal(new SnpTcb(1, 2, 3, 4, 8), SnpTcb.TryRead(bytes, SnpProduct.Turin));
        Assert.Null(SnpTcb.TryRead(bytes, SnpProduct.Genoa));
        bytes = [1, 2, 0, 0, 0, 0, 7, 8];
        Assert.Equal(new SnpTcb(null, 1, 2, 7, 8), SnpTcb.TryRead(bytes, SnpProduct.Milan));
        Assert.Null(SnpTcb.TryRead(bytes, SnpProduct.Turin));
        Assert.Equal(["fmc", "bootloader", "tee", "snp", "microcode"], new SnpTcb(1, 2, 3, 4, 8).Components().Select(static part => part.Name));
        SnpTcb high = new(1, 5, 5, 5, 5);
        Assert.True(high.AtMost(high));
        Assert.All((SnpTcb[])[new(2, 5, 5, 5, 5), new(1, 6, 5, 5, 5), new(1, 5, 6, 5, 5), new(1, 5, 5, 6, 5), new(1, 5, 5, 5, 6)], other => Assert.False(other.AtMost(high)));
        Assert.Equal(new SnpTcb(1, 2, 3, 4, 5), new SnpTcb(1, 2, 9, 4, 9).Least(new SnpTcb(9, 9, 3, 9, 5)));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        byte[][] seeds = [.. SnpVectors.Good.Select(static vector => SnpVectors.Read(vector.Report)), [.. SnpVectors.Read("ms-genoa.bin")[..900]]];
        FuzzSummary summary = FuzzRun.Run(seeds, static bytes =>
        {
            SnpReport? report = SnpReport.TryRead(bytes, out string? error);
            Assert.NotEqual(report is null, error is null);
            if (report is not null)
            {
                SnpFacts.Of(report, null, null, SnpProduct.Turin, null);
                SnpFacts.Of(report, null, null, SnpProduct.Milan, null);
                report.Signature();
            }

            return report is not null;
        });
        Assert.True(summary.Accepted > 100, summary.ToString());
    }

    [Fact]
    public void Any_certificate_is_an_endorsement_keys_or_not()
    {
        SnpPki turin = new("Turin");
        byte[][] seeds = [SnpVectors.Read("ms-milan.vcek.der"), SnpVectors.Read("ms-turin.vcek.der"), SnpVectors.Read("coco-milan-v3-vlek-aws.vlek.der"), turin.Issue(turin.Vcek with { WrapsHwid = true })];
        FuzzSummary summary = FuzzRun.Run(seeds, static bytes => Certificate.TryRead(bytes) is { } certificate && VekCertificate.TryRead(certificate) is not null);
        Assert.True(summary.Accepted > 100, summary.ToString());
    }

    private static SnpReport Read(byte[] bytes)
    {
        SnpReport? report = SnpReport.TryRead(bytes, out string? error);
        Assert.Null(error);
        return report!;
    }

    private static string? Problem(byte[] bytes)
    {
        Assert.Null(SnpReport.TryRead(bytes, out string? error));
        return error;
    }

    private static byte[] With(byte[] bytes, int offset, byte value)
    {
        byte[] changed = [.. bytes];
        changed[offset] = value;
        return changed;
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
