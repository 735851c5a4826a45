using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Assay.Attestation;
using Assay.Node.Attesting;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Testing.Attestation;

namespace Assay.Node.Tests.Attesting;

public sealed class NsmAttesterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 20, 0, 0, TimeSpan.Zero);
    private static readonly NitroPki Pki = new(Now);

    [Fact]
    public async Task What_the_device_signs_verifies_under_its_root_and_not_under_AWSs()
    {
        NsmDouble module = new(Pki, () => Now);
        using NsmAttester attester = new(new DoubledNsm(module));
        TeeBinding binding = Binding(32);
        AttesterResult result = await attester.AttestAsync(binding, CancellationToken.None);
        Assert.Null(result.Error);
        Assert.Equal(EvidenceType.AwsNitro, attester.Type);
        Assert.Empty(result.Collateral.Items);

        EvidenceReport report = Verify(result.Evidence, new TrustAnchors { AwsNitro = [Pki.Root.Der] });
        Assert.All(report.Steps, step => Assert.Equal(CheckResult.Pass, step.Result));
        EvidenceFacts facts = report.Facts!;
        Assert.Equal(binding.Digest.ToArray(), facts.ReportData.ToArray());
        Assert.Equal(binding.Nonce.ToArray(), facts.Nonce.ToArray());
        Assert.Equal(binding.Key.ToSubjectPublicKeyInfo(), facts.PublicKey.ToArray());
        Assert.Equal(module.Registers.Take(16), facts.Measurements.Select(measurement => measurement.Value.ToArray()));
        Assert.Empty(facts.Modes);
        Assert.Equal(Now, facts.Time);

        report = Verify(result.Evidence, TrustAnchors.BuiltIn);
        Assert.Equal((StepCodes.Chain, CheckResult.Fail), (report.Steps[2].Code, report.Steps[2].Result));
    }

    [Fact]
    public async Task A_debug_enclave_says_so()
    {
        using NsmAttester attester = new(new DoubledNsm(new NsmDouble(Pki, () => Now, debug: true)));
        AttesterResult result = await attester.AttestAsync(Binding(16), CancellationToken.None);
        Assert.Equal(["nitro/debug"], Verify(result.Evidence, TrustAnchors.BuiltIn).Facts!.Modes.ToArray());
    }

    [Fact]
    public async Task A_new_leaf_signs_when_the_old_one_runs_out()
    {
        DateTimeOffset now = Now;
        using NsmAttester attester = new(new DoubledNsm(new NsmDouble(Pki, () => now)));
        for (int hours = 0; hours < 12; hours += 2)
        {
            now = Now.AddHours(hours);
            AttesterResult result = await attester.AttestAsync(Binding(16), CancellationToken.None);
            Assert.All(Verify(result.Evidence, new TrustAnchors { AwsNitro = [Pki.Root.Der] }, now).Steps, step => Assert.Equal(CheckResult.Pass, step.Result));
        }
    }

    [Theory]
    [InlineData(4, 1, null)]
    [InlineData(4, 7, null)]
    [InlineData(4, 8, AttesterErrors.Busy)]
    [InlineData(11, 3, null)]
    [InlineData(16, 1, AttesterErrors.Busy)]
    [InlineData(13, 1, AttesterErrors.Denied)]
    [InlineData(1, 1, AttesterErrors.Denied)]
    [InlineData(19, 1, AttesterErrors.NoDevice)]
    [InlineData(25, 1, AttesterErrors.NoDevice)]
    [InlineData(110, 1, AttesterErrors.Timeout)]
    [InlineData(90, 1, AttesterErrors.Refused)]
    [InlineData(14, 1, AttesterErrors.Refused)]
    public async Task The_kernels_errors_are_values_and_interrupted_calls_are_made_again(int errno, int times, string? code)
    {
        NsmDouble module = new(Pki, () => Now);
        for (int i = 0; i < times; i++)
        {
            module.Failures.Enqueue(errno);
        }

        using NsmAttester attester = new(new DoubledNsm(module));
        AttesterResult result = await attester.AttestAsync(Binding(16), CancellationToken.None);
        Assert.Equal(code, result.Error?.Code);
        Assert.Equal(code is null, result.Evidence.Length > 0);
    }

    [Fact]
    public async Task The_modules_own_refusal_is_a_value_with_its_name()
    {
        NsmDouble module = new(Pki, () => Now) { Tamper = _ => Convert.FromHexString("a1654572726f726d496e7465726e616c4572726f72") };
        using NsmAttester attester = new(new DoubledNsm(module));
        AttesterResult result = await attester.AttestAsync(Binding(16), CancellationToken.None);
        Assert.Equal(AttesterErrors.Refused, result.Error!.Code);
        Assert.Contains("InternalError", result.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_about_something_else_is_no_evidence()
    {
        byte[]? earlier = null;
        NsmDouble module = new(Pki, () => Now) { Tamper = answer => earlier ??= answer };
        using NsmAttester attester = new(new DoubledNsm(module));
        Assert.Null((await attester.AttestAsync(Binding(16), CancellationToken.None)).Error);
        Assert.Equal(AttesterErrors.Answer, (await attester.AttestAsync(Binding(17), CancellationToken.None)).Error?.Code);
    }

    [Fact]
    public async Task Answers_that_are_cut_or_changed_are_refused_without_exceptions()
    {
        NsmDouble module = new(Pki, () => Now);
        using NsmAttester attester = new(new DoubledNsm(module));
        TeeBinding binding = Binding(16);
        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            module.Tamper = answer => i % 2 == 0 ? answer[..random.Next(answer.Length)] : Flip(answer, random.Next(answer.Length - 2));
            AttesterResult result = await attester.AttestAsync(binding, CancellationToken.None);

            // What a change leaves readable and signed is the document that was asked for.
            Assert.True(result.Error is { Code: AttesterErrors.Answer or AttesterErrors.Refused }, $"{i} {result.Error?.Code}");
        }

        static byte[] Flip(byte[] answer, int at)
        {
            byte[] changed = [.. answer];
            changed[at] ^= 0x01;
            return changed;
        }
    }

    [Fact]
    public async Task Cancelling_is_an_exception()
    {
        using NsmAttester attester = new(new DoubledNsm(new NsmDouble(Pki, () => Now)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await attester.AttestAsync(Binding(16), new CancellationToken(true)));
    }

    [Fact]
    public void The_request_is_what_AWSs_library_writes()
    {
        // {"Attestation": {"user_data": h'01', "nonce": h'02', "public_key": h'03'}}
        Assert.Equal(
            "a16b4174746573746174696f6ea369757365725f64617461410165" + "6e6f6e636541026a7075626c69635f6b65794103",
            Convert.ToHexStringLower(NsmResponse.Request([1], [2], [3])));
    }

    [Fact]
    public void The_doubles_limits_and_commands_are_the_devices()
    {
        NsmDouble module = new(Pki, () => Now);
        byte[] response = new byte[0x3000];
        Assert.Equal(-NsmDouble.MessageTooLong, module.Exchange(new byte[0x1001], response));
        Assert.Equal("InputTooLarge", NsmResponse.TryRead(Ask(NsmResponse.Request(new byte[513], [], [])))!.Error);
        Assert.Equal("InputTooLarge", NsmResponse.TryRead(Ask(NsmResponse.Request([], new byte[513], [])))!.Error);
        Assert.Equal("InputTooLarge", NsmResponse.TryRead(Ask(NsmResponse.Request([], [], new byte[1025])))!.Error);
        Assert.Null(NsmResponse.TryRead(Ask(NsmResponse.Request(new byte[512], new byte[512], new byte[1024])))!.Error);
        Assert.Equal("InvalidOperation", NsmResponse.TryRead(Ask([0xFF]))!.Error);

        // A locked register can't be extended; one that isn't locked stands in no document before it is.
        Assert.Equal("ReadOnlyIndex", NsmResponse.TryRead(Ask(Extend(0)))!.Error);
        Assert.Equal("InvalidIndex", NsmResponse.TryRead(Ask(Extend(32)))!.Error);
        Assert.Null(NsmResponse.TryRead(Ask(Extend(16))));
        Assert.Equal(SHA384.HashData([.. new byte[48], 7]), module.Registers[16]);
        Assert.Equal(16, Registers());
        Ask([0xA1, 0x67, .. "LockPCR"u8, 0xA1, 0x65, .. "index"u8, 0x10]);
        Assert.Equal(17, Registers());
        Assert.Equal("ReadOnlyIndex", NsmResponse.TryRead(Ask(Extend(16)))!.Error);

        byte[] Ask(byte[] request) => response[..module.Exchange(request, response)];
        byte[] Extend(byte index) => [0xA1, 0x69, .. "ExtendPCR"u8, 0xA2, 0x65, .. "index"u8, .. index < 24 ? [index] : new byte[] { 0x18, index }, 0x64, .. "data"u8, 0x41, 7];
        int Registers() => Verify(NsmResponse.TryRead(Ask(NsmResponse.Request([], [], [])))!.Document, TrustAnchors.BuiltIn).Facts!.Measurements.Length;
    }

    [Fact]
    public void The_kernels_numbers_are_those_of_its_header()
    {
        Assert.Equal(32, Unsafe.SizeOf<NsmMessage>());
        Assert.Equal(0xC0200A00u, NsmMessage.Raw);
    }

    [Fact]
    public async Task The_real_call_reaches_the_kernel_and_where_there_is_no_device_it_says_so()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Assert.Null(NsmAttester.TryOpen(out AttesterError? error, "/dev/there-is-no-such-device"));
        Assert.Equal(AttesterErrors.NoDevice, error!.Code);
        Assert.False(NsmDevice.IsPresent("/dev/there-is-no-such-device"));

        // Any other device answers that the command isn't one of its own.
        using NsmAttester? attester = NsmAttester.TryOpen(out error, "/dev/null");
        Assert.Null(error);
        AttesterResult result = await attester!.AttestAsync(Binding(16), CancellationToken.None);
        Assert.Equal((AttesterErrors.NoDevice, "ioctl on /dev/null: error 25"), (result.Error!.Code, result.Error.Text));
    }

    private static TeeBinding Binding(int nonce)
    {
        using Es256Signer signer = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        return TeeBinding.Create(new byte[nonce], signer.PublicKey, [], Digest32.Sha256([1]), "assay test", Now);
    }

    private static EvidenceReport Verify(ReadOnlyMemory<byte> document, TrustAnchors anchors, DateTimeOffset? at = null) =>
        EvidenceVerifier.Verify(EvidenceType.AwsNitro, document, CollateralSet.Empty, anchors, AppraisalTimes.Of(at ?? Now));
}
