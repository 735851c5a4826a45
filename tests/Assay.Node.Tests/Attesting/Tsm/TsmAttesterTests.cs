using System.Buffers.Binary;
using System.Security.Cryptography;
using Assay.Attestation;
using Assay.Node.Attesting;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Testing.Attestation;

namespace Assay.Node.Tests.Attesting.Tsm;

public sealed class TsmAttesterTests
{
    private static readonly SnpPki Pki = new("Genoa");
    private static readonly AppraisalTimes Now = AppraisalTimes.Of(SyntheticPki.At);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_kernel_answers_verifies_under_its_root_and_not_under_AMDs(bool bigEndian)
    {
        byte[] vcek = Pki.Issue(Pki.Vcek);
        TsmDouble kernel = Snp(certificates: TsmTables.Of(bigEndian, (TsmTables.Ark, Pki.Ark.Der), (TsmTables.Ask, Pki.Ask.Der), (TsmTables.Vcek, vcek)));
        using TsmAttester attester = Open(kernel);
        Assert.Equal(EvidenceType.AmdSevSnp, attester.Type);
        TeeBinding binding = Binding();
        AttesterResult result = await attester.AttestAsync(binding, CancellationToken.None);
        Assert.Null(result.Error);
        Assert.Equal([Pki.Ask.Der, vcek], result.Collateral.OfKind(CollateralKind.Certificate).Select(static der => der.ToArray()));

        EvidenceReport report = EvidenceVerifier.Verify(attester.Type, result.Evidence, result.Collateral, Pki.Anchors, Now);
        Assert.All(report.Steps, static step => Assert.True(step.Result == CheckResult.Pass || step.Detail == "snp/no-crl"));
        Assert.Equal(binding.Digest.ToArray(), report.Facts!.ReportData.ToArray());
        Assert.Empty(report.Facts.Modes);

        report = EvidenceVerifier.Verify(attester.Type, result.Evidence, result.Collateral, TrustAnchors.BuiltIn, Now);
        Assert.Contains(report.Steps, static step => step is { Code: StepCodes.Chain, Result: CheckResult.Fail });
    }

    [Fact]
    public async Task Each_request_has_a_directory_of_its_own_that_goes_away()
    {
        TsmDouble kernel = Snp();
        using TsmAttester attester = Open(kernel);
        for (int i = 0; i < 3; i++)
        {
            Assert.Null((await attester.AttestAsync(Binding(), CancellationToken.None)).Error);
        }

        Assert.Empty(kernel.Requests);
        Assert.Equal(4, kernel.Made.Distinct().Count());
        Assert.Equal(3, kernel.Reports);
    }

    [Fact]
    public async Task A_report_that_somebody_else_changed_is_asked_for_again()
    {
        TsmDouble kernel = Snp();
        using TsmAttester attester = Open(kernel);
        int times = 0;
        kernel.BeforeReport = (folder, name) =>
        {
            if (times++ < 2)
            {
                folder.Write(name, "inblob", new byte[64]);
            }
        };
        TeeBinding binding = Binding();
        AttesterResult result = await attester.AttestAsync(binding, CancellationToken.None);
        Assert.Null(result.Error);
        Assert.Equal(binding.Digest.ToArray(), result.Evidence.Slice(0x50, 64).ToArray());
        Assert.Equal(3, kernel.Reports);

        // Even with the same bytes: what was counted isn't what was written.
        kernel.BeforeReport = (folder, name) => folder.Write(name, "inblob", binding.Digest.Span);
        result = await attester.AttestAsync(binding, CancellationToken.None);
        Assert.Equal(AttesterErrors.Busy, result.Error?.Code);
        Assert.Empty(kernel.Requests);
    }

    [Theory]
    [InlineData("mkdir", 17, "attest/refused")]
    [InlineData("mkdir", 13, "attest/denied")]
    [InlineData("mkdir", 2, "attest/no-device")]
    [InlineData("write inblob", 22, "attest/refused")]
    [InlineData("read outblob", 27, "attest/refused")]
    [InlineData("read outblob", 110, "attest/timeout")]
    [InlineData("read auxblob", 5, "attest/refused")]
    [InlineData("read generation", 6, "attest/no-device")]
    public async Task Errors_that_stay_are_told_at_once(string call, int errno, string code)
    {
        TsmDouble kernel = Snp();
        using TsmAttester attester = Open(kernel);
        kernel.Failures.Enqueue((call, errno));
        AttesterResult result = await attester.AttestAsync(Binding(), CancellationToken.None);
        Assert.Equal(code, result.Error?.Code);
        Assert.Contains(call, result.Error!.Text, StringComparison.Ordinal);
        Assert.Contains($"error {errno}", result.Error.Text, StringComparison.Ordinal);
        Assert.Empty(kernel.Requests);
    }

    [Theory]
    [InlineData("mkdir", 4)]
    [InlineData("read provider", 4)]
    [InlineData("write inblob", 16)]
    [InlineData("read outblob", 11)]
    [InlineData("read auxblob", 16)]
    [InlineData("rmdir", 16)]
    public async Task Errors_that_pass_are_waited_out(string call, int errno)
    {
        TsmDouble kernel = Snp();
        using TsmAttester attester = Open(kernel);
        kernel.Failures.Enqueue((call, errno));
        kernel.Failures.Enqueue((call, errno));
        AttesterResult result = await attester.AttestAsync(Binding(), CancellationToken.None);
        Assert.Null(result.Error);
        Assert.Empty(kernel.Requests);
        Assert.Empty(kernel.Failures);
    }

    [Fact]
    public async Task A_kernel_that_stays_busy_is_given_up_on()
    {
        TsmDouble kernel = Snp();
        using TsmAttester attester = Open(kernel);
        for (int i = 0; i < 100; i++)
        {
            kernel.Failures.Enqueue(("write inblob", 16));
        }

        AttesterResult result = await attester.AttestAsync(Binding(), CancellationToken.None);
        Assert.Equal(AttesterErrors.Busy, result.Error?.Code);
        Assert.Equal(92, kernel.Failures.Count);
        Assert.Empty(kernel.Requests);
    }

    [Fact]
    public async Task Under_a_paravisor_the_lowest_level_that_it_may_ask_for_is_asked_for()
    {
        TsmDouble kernel = Snp(floor: 2);
        using TsmAttester attester = Open(kernel);
        AttesterResult result = await attester.AttestAsync(Binding(), CancellationToken.None);
        Assert.Null(result.Error);
        Assert.Equal(2, result.Evidence.Span[0x30]);
    }

    [Fact]
    public async Task A_report_about_something_else_is_no_evidence()
    {
        TsmDouble kernel = new("sev_guest", static (_, _) => (Pki.Report.Sign(Pki.VekKey), []));
        using TsmAttester attester = Open(kernel);
        Assert.Equal(AttesterErrors.Answer, (await attester.AttestAsync(Binding(), CancellationToken.None)).Error?.Code);

        kernel = new("sev_guest", static (_, _) => ([], []));
        using TsmAttester empty = Open(kernel);
        Assert.Equal(AttesterErrors.Answer, (await empty.AttestAsync(Binding(), CancellationToken.None)).Error?.Code);
    }

    [Fact]
    public async Task Another_driver_than_at_the_start_is_no_evidence()
    {
        TsmDouble kernel = Snp();
        using TsmAttester attester = Open(kernel);
        kernel.Provider = "tdx_guest";
        Assert.Equal(AttesterErrors.Answer, (await attester.AttestAsync(Binding(), CancellationToken.None)).Error?.Code);
    }

    [Theory]
    [InlineData(null, "attest/no-device")]
    [InlineData("arm_cca_guest", "attest/no-device")]
    public void Without_a_driver_that_is_known_there_is_no_attester(string? provider, string code)
    {
        TsmDouble kernel = new(provider, static (_, _) => ([], []));
        Assert.Null(TsmAttester.TryOpen(out AttesterError? error, new DoubledTsm(kernel)));
        Assert.Equal(code, error?.Code);
        Assert.Empty(kernel.Requests);
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 0)]
    [InlineData(4, 3065)]
    [InlineData(5, 307)]
    public async Task Quotes_are_cut_to_what_they_say_they_are(int version, int padding)
    {
        byte[]? quote = null;
        TsmDouble kernel = new("tdx_guest", (data, _) => ([.. quote = Quote(version, data), .. new byte[padding]], []));
        using TsmAttester attester = Open(kernel);
        Assert.Equal(EvidenceType.IntelTdx, attester.Type);
        AttesterResult result = await attester.AttestAsync(Binding(), CancellationToken.None);
        Assert.Null(result.Error);
        Assert.Equal(quote, result.Evidence.ToArray());
        Assert.Empty(result.Collateral.Items);
    }

    [Fact]
    public void What_follows_a_quote_and_isnt_zero_stays_for_verifiers_to_refuse()
    {
        byte[] quote = [.. Quote(4, new byte[64]), 0, 0, 1];
        Assert.Equal(quote, TdxQuote.Trim(quote).ToArray());
        byte[] lies = Quote(4, new byte[64]);
        BinaryPrimitives.WriteUInt32LittleEndian(lies.AsSpan(632), uint.MaxValue);
        Assert.Equal(lies, TdxQuote.Trim(lies).ToArray());
        foreach (int length in Enumerable.Range(0, 700))
        {
            byte[] cut = Quote(5, new byte[64])[..length];
            Assert.Equal(cut, TdxQuote.Trim(cut).ToArray());
            Assert.True(TdxQuote.ReportData(cut).Length is 0 or 64);
        }
    }

    [Fact]
    public void A_table_that_lies_gives_what_of_it_fits()
    {
        byte[] vcek = Pki.Issue(Pki.Vcek);
        byte[] table = TsmTables.Of(true, (TsmTables.Vcek, vcek), (Guid.NewGuid().ToString(), [1, 2, 3]), (TsmTables.Ask, [1]), (TsmTables.Ark, Pki.Ark.Der));
        Assert.Equal([vcek, [1]], SnpAnswer.Certificates(table).Items.Select(static item => item.Bytes.ToArray()));
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(20), uint.MaxValue);
        Assert.Equal([[1]], SnpAnswer.Certificates(table).Items.Select(static item => item.Bytes.ToArray()));
        Assert.Empty(SnpAnswer.Certificates(new byte[23]).Items);
        Assert.Empty(SnpAnswer.Certificates(default).Items);

        // Sixty-four entries that all name the whole table.
        byte[] greedy = new byte[65536];
        for (int i = 0; i < 64; i++)
        {
            new Guid(TsmTables.Vcek).TryWriteBytes(greedy.AsSpan(i * 24), true, out _);
            BinaryPrimitives.WriteInt32LittleEndian(greedy.AsSpan((i * 24) + 16), i);
            BinaryPrimitives.WriteInt32LittleEndian(greedy.AsSpan((i * 24) + 20), greedy.Length - i);
        }

        Assert.Single(SnpAnswer.Certificates(greedy).Items);

        Random random = new(7);
        byte[] any = new byte[512];
        for (int i = 0; i < 20_000; i++)
        {
            table.AsSpan(0, Math.Min(table.Length, any.Length)).CopyTo(any);
            for (int edits = random.Next(1, 8); edits > 0; edits--)
            {
                any[random.Next(96)] = (byte)random.Next(256);
            }

            SnpAnswer.Certificates(any.AsMemory(0, random.Next(any.Length + 1)));
        }
    }

    [Fact]
    public void The_real_folder_is_used_with_plain_calls()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tsm");
        try
        {
            TsmReports reports = new(folder.FullName);
            Assert.Equal(0, reports.Make("a"));
            Assert.Equal(-Errno.Exists, reports.Make("a"));
            Assert.Equal(-Errno.NoEntry, reports.Write("a", "inblob", new byte[64]));
            string file = Path.Combine(folder.FullName, "a", "inblob");
            File.WriteAllBytes(file, new byte[100]);

            // Written over, not emptied before.
            Assert.Equal(0, reports.Write("a", "inblob", [1, 2, 3]));
            byte[] buffer = new byte[100];
            Assert.Equal(100, reports.Read("a", "inblob", buffer));
            Assert.Equal([1, 2, 3, 0], buffer[..4]);
            Assert.Equal(-Errno.TooBig, reports.Read("a", "inblob", new byte[99]));
            Assert.Equal(-Errno.NoEntry, reports.Read("b", "inblob", buffer));
            Assert.Equal(-39, reports.Remove("a"));
            File.Delete(file);
            Assert.Equal(0, reports.Remove("a"));
            Assert.Equal(-Errno.NoEntry, new TsmReports(Path.Combine(folder.FullName, "none")).Make("a"));
            Assert.Null(TsmAttester.TryOpen(out AttesterError? error, new TsmReports(Path.Combine(folder.FullName, "none"))));
            Assert.Equal(AttesterErrors.NoDevice, error?.Code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static TsmDouble Snp(uint floor = 0, byte[]? certificates = null) =>
        new("sev_guest", (data, level) => ((Pki.Report with { ReportData = data, Vmpl = level }).Sign(Pki.VekKey), certificates ?? [])) { PrivilegeFloor = floor };

    private static TsmAttester Open(TsmDouble kernel) => TsmAttester.TryOpen(out _, new DoubledTsm(kernel))!;

    private static TeeBinding Binding()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        Assert.True(P256PublicKey.TryFrom([.. point.X!, .. point.Y!], out P256PublicKey endorsing));
        return TeeBinding.Create(new byte[16], endorsing, [], default, "build", SyntheticPki.At);
    }

    private static byte[] Quote(int version, byte[] data)
    {
        int body = version == 4 ? 48 : 54;
        int length = version == 4 ? 584 : 648;
        byte[] quote = new byte[body + length + 4 + 100];
        BinaryPrimitives.WriteUInt16LittleEndian(quote, (ushort)version);
        if (version == 5)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(quote.AsSpan(48), 3);
            BinaryPrimitives.WriteInt32LittleEndian(quote.AsSpan(50), length);
        }

        data.CopyTo(quote, body + 520);
        BinaryPrimitives.WriteInt32LittleEndian(quote.AsSpan(body + length), 100);
        quote.AsSpan(body + length + 4).Fill(0x51);
        return quote;
    }
}
