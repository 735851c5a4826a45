using Assay.Primitives.Cbor;
using Assay.Testing;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Nitro;

/// <summary>What is read, and what isn't. All documents here are signed by a leaf under a root that is trusted.</summary>
public sealed class NitroFormTests
{
    private static readonly (NitroTemplate Template, SyntheticKey Key) Good = NitroTemplate.Of(NitroSetup.Pki, NitroSetup.Now);

    public static TheoryData<string, string> Refused => new()
    {
        { "empty module", NitroErrors.ModuleId },
        { "long module", NitroErrors.ModuleId },
        { "module with a line break", NitroErrors.ModuleId },
        { "digest SHA256", NitroErrors.Digest },
        { "digest as bytes", CborErrors.Type },
        { "time zero", NitroErrors.Time },
        { "time after 9999", NitroErrors.Time },
        { "time as float", CborErrors.Unsupported },
        { "negative time", CborErrors.Type },
        { "no registers", NitroErrors.Register },
        { "register 32", NitroErrors.Register },
        { "register of 32 bytes", NitroErrors.Register },
        { "register of 64 bytes", NitroErrors.Register },
        { "empty register", NitroErrors.Register },
        { "register twice", NitroErrors.Repeated },
        { "register twice, once not shortest", CborErrors.NonShortest },
        { "register by name", CborErrors.Type },
        { "registers null", CborErrors.Type },
        { "registers as array", CborErrors.Type },
        { "empty certificate", NitroErrors.CertificateLength },
        { "long certificate", NitroErrors.CertificateLength },
        { "certificate null", CborErrors.Type },
        { "empty bundle", NitroErrors.CertificateLength },
        { "nine in the bundle", NitroErrors.CertificateLength },
        { "empty certificate in the bundle", NitroErrors.CertificateLength },
        { "bundle of indefinite length", CborErrors.Unsupported },
        { "long public key", NitroErrors.Data },
        { "long user data", NitroErrors.Data },
        { "long nonce", NitroErrors.Data },
        { "nonce as text", CborErrors.Type },
        { "user data in chunks", CborErrors.Unsupported },
        { "unknown member", NitroErrors.Field },
        { "registers of an instance's document", NitroErrors.Field },
        { "member by number", CborErrors.Type },
        { "member twice", NitroErrors.Repeated },
        { "member twice, once not shortest", CborErrors.NonShortest },
        { "member whose name isn't UTF-8", CborErrors.Utf8 },
        { "trailing byte in the payload", CborErrors.TrailingData },
        { "indefinite payload without its break", CborErrors.Unsupported },
        { "indefinite payload that ends twice", CborErrors.Unsupported },
        { "indefinite payload with a trailing byte", CborErrors.Unsupported },
        { "indefinite payload with a member twice", NitroErrors.Repeated },
        { "indefinite payload with half a member", CborErrors.Truncated },
        { "indefinite payload without members", NitroErrors.Missing },
        { "indefinite registers", CborErrors.Unsupported },
        { "payload that isn't a map", CborErrors.Type },
        { "empty payload", CborErrors.Truncated },
    };

    [Fact]
    public void A_synthetic_document_passes_whatever_order_its_members_have()
    {
        Assert.True(NitroSetup.Passes(NitroSetup.Verify(Good.Template.Sign(Good.Key))));
        List<(string Name, byte[] Value)> members = Good.Template.Members();
        members.Reverse();
        byte[] payload = NitroTemplate.Payload(members);
        Assert.True(NitroSetup.Passes(NitroSetup.Verify(NitroTemplate.Sign(payload, Good.Key))));

        // As the hypervisor writes since 2026: how many there are isn't said before them.
        EvidenceReport open = NitroSetup.Verify(NitroTemplate.Sign([0xBF, .. payload[1..], 0xFF], Good.Key));
        Assert.True(NitroSetup.Passes(open));
        Assert.Equal(16, open.Facts!.Measurements.Length);
        Assert.Equal(Good.Template.Registers[4].Value, open.Facts.Measurements[4].Value.ToArray());
    }

    [Fact]
    public void Members_and_registers_that_may_be_absent_may_and_bounds_are_included()
    {
        List<(string Name, byte[] Value)> members = Good.Template.Members()[..6];
        EvidenceReport report = NitroSetup.Verify(NitroTemplate.Sign(NitroTemplate.Payload(members), Good.Key));
        Assert.True(NitroSetup.Passes(report));
        Assert.Equal(0, report.Facts!.Nonce.Length + report.Facts.PublicKey.Length + report.Facts.ReportData.Length);

        byte[] bytes = new byte[1024];
        report = NitroSetup.Verify((Good.Template with { PublicKey = bytes, UserData = bytes[..512], Nonce = bytes[..512], Registers = [(31, bytes[..48]), (0, bytes[..48])] }).Sign(Good.Key));
        Assert.True(NitroSetup.Passes(report));
        Assert.Equal(["pcr0", "pcr31"], report.Facts!.Measurements.Select(measurement => measurement.Name));

        report = NitroSetup.Verify((Good.Template with { PublicKey = [], UserData = [], Nonce = [] }).Sign(Good.Key));
        Assert.True(NitroSetup.Passes(report));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Members_that_must_be_there_must(int member)
    {
        List<(string Name, byte[] Value)> members = Good.Template.Members();
        members.RemoveAt(member);
        NitroSetup.AssertFails(NitroSetup.Verify(NitroTemplate.Sign(NitroTemplate.Payload(members), Good.Key)), StepCodes.Parse, NitroErrors.Missing);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_signed_payload_out_of_its_form_is_refused(string what, string code) =>
        NitroSetup.AssertFails(NitroSetup.Verify(NitroTemplate.Sign(PayloadWith(what), Good.Key)), StepCodes.Parse, code);

    [Fact]
    public void The_envelope_is_exactly_one_form_with_or_without_its_tag()
    {
        byte[] good = Good.Template.Sign(Good.Key);
        byte[] payload = NitroTemplate.Payload(Good.Template.Members());
        byte[] signature = good[^96..];
        Assert.True(NitroSetup.Passes(NitroSetup.Verify([0xD2, .. good])));
        Assert.Equal(good, NitroTemplate.Message(NitroTemplate.Es384, [0xA0], payload, signature));

        Fails([0xD2, 0xD2, .. good], CborErrors.Unsupported);
        Fails([0xD1, .. good], CborErrors.Unsupported);
        Fails([0xD8, 0x12, .. good], CborErrors.Unsupported);
        Fails([.. good, 0], CborErrors.TrailingData);
        Fails([0x85, .. good[1..], 0], CborErrors.Length);
        Fails([0x9F, .. good[1..], 0xFF], CborErrors.Unsupported);
        Fails(NitroTemplate.Message(NitroTemplate.Es384, [0xA1, 0x04, 0x41, 0x00], payload, signature), NitroErrors.Header);
        Fails(NitroTemplate.Message(NitroTemplate.Es384, [0x40], payload, signature), CborErrors.Type);
        Fails(NitroTemplate.Message(NitroTemplate.Es384, [0xA0], payload, signature[..95]), NitroErrors.SignatureLength);
        Fails(NitroTemplate.Message(NitroTemplate.Es384, [0xA0], payload, [.. signature, 0]), NitroErrors.SignatureLength);
        Fails([0x84, 0x44, .. NitroTemplate.Es384, 0xA0, 0xF6, 0x58, 0x60, .. signature], CborErrors.Type);
        Fails([], CborErrors.Truncated);
        Fails(new byte[16385], NitroErrors.TooLarge);

        static void Fails(byte[] document, string code) => NitroSetup.AssertFails(NitroSetup.Verify(document), StepCodes.Parse, code);
    }

    [Theory]
    [InlineData("a10126")]
    [InlineData("a1013823")]
    [InlineData("a0")]
    [InlineData("")]
    [InlineData("a201382204420000")]
    [InlineData("a118013822")]
    [InlineData("a101390022")]
    [InlineData("a1010722")]
    public void No_other_protected_header_counts_though_it_is_signed(string header)
    {
        byte[] payload = NitroTemplate.Payload(Good.Template.Members());
        NitroSetup.AssertFails(NitroSetup.Verify(NitroTemplate.Sign(payload, Good.Key, Convert.FromHexString(header))), StepCodes.Signature, NitroErrors.Algorithm);
    }

    [Fact]
    public void A_signature_in_another_form_or_over_something_else_is_refused()
    {
        byte[] payload = NitroTemplate.Payload(Good.Template.Members());
        byte[] good = NitroTemplate.Sign(payload, Good.Key);
        foreach (byte[] signature in new[] { new byte[96], Enumerable.Repeat((byte)0xFF, 96).ToArray(), Good.Key.SignRaw(payload), [.. good[^48..], .. good[^96..^48]] })
        {
            NitroSetup.AssertFails(NitroSetup.Verify(NitroTemplate.Message(NitroTemplate.Es384, [0xA0], payload, signature)), StepCodes.Signature, NitroErrors.Signature);
        }
    }

    [Fact]
    public void Fuzzed_documents_are_read_or_refused_without_exceptions()
    {
        FuzzSummary summary = FuzzRun.Run([NitroSetup.Real("veracruz-2022-11-09.cbor"), Good.Template.Sign(Good.Key), NitroTemplate.Sign([0xBF, .. NitroTemplate.Payload(Good.Template.Members())[1..], 0xFF], Good.Key)], input =>
        {
            NitroDocument? document = NitroDocument.TryDecode(input, out string? error);
            Assert.Equal(document is null, error is not null);
            return document is not null;
        });
        Assert.True(summary.Accepted > 100 && summary.Refused > 10_000, summary.ToString());
    }

    [Fact]
    public void Of_fuzzed_documents_none_passes_that_says_something_else()
    {
        byte[] real = NitroSetup.Real("veracruz-2022-11-09.cbor");
        DateTimeOffset at = NitroSetup.Time("2022-11-09T23:00:00Z");
        Mutator mutator = new(2, [real]);
        for (int left = FuzzRun.IsDeep ? 20_000 : 400; left > 0; left--)
        {
            byte[] input = mutator.Next();
            bool same = input.AsSpan().SequenceEqual(real) || input.Length == real.Length + 1 && input[0] == 0xD2 && input.AsSpan(1).SequenceEqual(real);
            Assert.Equal(same, NitroSetup.Passes(NitroSetup.VerifyReal(input, at)));
        }
    }

    private static byte[] PayloadWith(string what)
    {
        byte[] register = new byte[48];
        byte[] one = [0x01];
        NitroTemplate good = Good.Template;
        return what switch
        {
            "empty module" => Payload(good with { ModuleId = "" }),
            "long module" => Payload(good with { ModuleId = new string('i', 257) }),
            "module with a line break" => Payload(good with { ModuleId = "i-0\n" }),
            "digest SHA256" => Payload(good with { Digest = "SHA256" }),
            "digest as bytes" => With("digest", NitroTemplate.Bytes("SHA384"u8.ToArray())),
            "time zero" => Payload(good with { Timestamp = 0 }),
            "time after 9999" => Payload(good with { Timestamp = 253402300800000 }),
            "time as float" => With("timestamp", [0xFB, .. new byte[8]]),
            "negative time" => With("timestamp", [0x20]),
            "no registers" => Payload(good with { Registers = [] }),
            "register 32" => Payload(good with { Registers = [(32, register)] }),
            "register of 32 bytes" => Payload(good with { Registers = [(0, register[..32])] }),
            "register of 64 bytes" => Payload(good with { Registers = [(0, new byte[64])] }),
            "empty register" => Payload(good with { Registers = [(0, [])] }),
            "register twice" => Payload(good with { Registers = [(0, register), (0, register)] }),
            "register twice, once not shortest" => With("pcrs", [0xA2, 0x00, .. NitroTemplate.Bytes(register), 0x18, 0x00, .. NitroTemplate.Bytes(register)]),
            "register by name" => With("pcrs", [0xA1, 0x61, (byte)'0', .. NitroTemplate.Bytes(register)]),
            "registers null" => With("pcrs", [0xF6]),
            "registers as array" => With("pcrs", [0x81, .. NitroTemplate.Bytes(register)]),
            "empty certificate" => Payload(good with { Certificate = [] }),
            "long certificate" => Payload(good with { Certificate = new byte[1025] }),
            "certificate null" => With("certificate", [0xF6]),
            "empty bundle" => Payload(good with { Bundle = [] }),
            "nine in the bundle" => Payload(good with { Bundle = [.. Enumerable.Repeat(one, 9)] }),
            "empty certificate in the bundle" => Payload(good with { Bundle = [one, []] }),
            "bundle of indefinite length" => With("cabundle", [0x9F, 0x41, 0x00, 0xFF]),
            "long public key" => Payload(good with { PublicKey = new byte[1025] }),
            "long user data" => Payload(good with { UserData = new byte[513] }),
            "long nonce" => Payload(good with { Nonce = new byte[513] }),
            "nonce as text" => With("nonce", [0x61, (byte)'n']),
            "user data in chunks" => With("user_data", [0x5F, 0x41, 0x00, 0xFF]),
            "unknown member" => NitroTemplate.Payload([.. good.Members(), ("purpose", [0x01])]),
            "registers of an instance's document" => NitroTemplate.Payload([.. good.Members().Select(member => member.Name == "pcrs" ? ("nitrotpm_pcrs", member.Value) : member)]),
            "member by number" => [0xA1, 0x01, 0x01],
            "member twice" => NitroTemplate.Payload([.. good.Members(), ("nonce", [0xF6])]),
            "member twice, once not shortest" => [0xAA, .. Payload(good)[1..], 0x78, 0x05, .. "nonce"u8, 0xF6],
            "member whose name isn't UTF-8" => [0xA1, 0x61, 0xFF, 0x01],
            "trailing byte in the payload" => [.. Payload(good), 0x00],
            "indefinite payload without its break" => [0xBF, .. Payload(good)[1..]],
            "indefinite payload that ends twice" => [0xBF, .. Payload(good)[1..], 0xFF, 0xFF],
            "indefinite payload with a trailing byte" => [0xBF, .. Payload(good)[1..], 0xFF, 0x00],
            "indefinite payload with a member twice" => [0xBF, .. Payload(good)[1..], 0x65, .. "nonce"u8, 0xF6, 0xFF],
            "indefinite payload with half a member" => [0xBF, .. NitroTemplate.Payload(good.Members()[..8])[1..], 0x65, .. "nonce"u8, 0xFF],
            "indefinite payload without members" => [0xBF, 0xFF],
            "indefinite registers" => With("pcrs", [0xBF, 0x00, .. NitroTemplate.Bytes(register), 0xFF]),
            "payload that isn't a map" => [0x80],
            "empty payload" => [],
            _ => throw new ArgumentException(what),
        };

        static byte[] Payload(NitroTemplate template) => NitroTemplate.Payload(template.Members());
        byte[] With(string name, byte[] value) => NitroTemplate.Payload([.. good.Members().Select(member => member.Name == name ? (name, value) : member)]);
    }
}
