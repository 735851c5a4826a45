using System.Text;
using Assay.Testing;

namespace Assay.Attestation.Tests;

public sealed class PolicyReaderTests
{
    private static readonly string R = PolicyTexts.Register;

    [Fact]
    public void The_specs_example_is_canonical_and_says_what_it_says()
    {
        AttestationPolicy policy = PolicyTexts.Read(PolicyTexts.Example);
        Assert.Equal(PolicyTexts.Example, policy.Text);
        Assert.Equal(3UL, policy.Version);
        Assert.Equal(TimeSpan.FromHours(1), policy.MaxAge);
        Assert.Equal([Grade.ThirdPartyHosted], policy.Grades.AsEnumerable());
        Assert.Equal([EvidenceType.AwsNitro, EvidenceType.AmdSevSnp, EvidenceType.IntelTdx], policy.Types.Select(static rules => rules.Type));
        Assert.Equal(18u, policy.RulesFor(EvidenceType.IntelTdx)!.EvaluationNumber);
        Assert.Null(policy.RulesFor(EvidenceType.Simulator));
        Assert.Null(policy.AllowedPlatforms);
        Assert.NotNull(AttestationPolicy.TryReadCanonical(policy.Text));
        Assert.Null(AttestationPolicy.TryReadCanonical(" " + policy.Text));
    }

    [Fact]
    public void Another_spelling_is_the_same_policy_and_defaults_are_written_out()
    {
        string other = $$"""
            { "types": { "intel-tdx": { "evaluationNumber": 18 }, "amd-sev-snp": { "floors": { "Genoa": { "snp": 23, "microcode": 84, "bootloader": 10 } }, "accept": ["snp/no-crl"] }, "aws-nitro": {} },
              "builds": [ { "measurements": { "pcr2": "{{R.ToUpperInvariant()}}", "pcr1": "{{R}}", "pcr0": "{{R}}" }, "type": "aws-nitro", "name": "assay 0.6.0" } ],
              "maxAge": "60m", "version": 3, "name": "production", "profile": "assay/attestation-policy/v1" }
            """;
        AttestationPolicy policy = PolicyTexts.Read(other);
        Assert.Equal(PolicyTexts.Example, policy.Text);
        Assert.Equal(PolicyTexts.Read(PolicyTexts.Example).Digest, policy.Digest);
    }

    [Fact]
    public void Every_member_survives_and_lists_are_sorted()
    {
        string a = new('1', 64), b = new('2', 64), signer = new('c', 64);
        string text = $$"""
            {"profile":"assay/attestation-policy/v1","name":"n","version":9007199254740991,"notBefore":"2026-01-01T00:00:00Z","notAfter":"2027-01-01T00:00:00Z","grades":["third-party-hosted","operator-held"],"maxAge":"90s",
             "builds":[{"name":"z","type":"intel-sgx","measurements":{"mrsigner":"{{signer}}","isv-prod-id":"0100"},"isvSvn":2},{"name":"a","type":"intel-sgx","measurements":{"mrenclave":"{{signer}}"} }],
             "types":{"intel-sgx":{"accept":["sgx/b","sgx/a"],"statuses":["UpToDate","SWHardeningNeeded"],"advisories":["INTEL-SA-00615","INTEL-SA-00289"],"floors":{"00606a000000":{"pcesvn":13} } } },
             "platforms":{"refuse":["{{b}}","{{a}}"],"allow":["{{b}}"]} }
            """;
        AttestationPolicy policy = PolicyTexts.Read(text);
        Assert.Equal(PolicyTexts.Read(policy.Text).Text, policy.Text);
        Assert.Equal(["a", "z"], policy.Builds.Select(static build => build.Name));
        Assert.Equal(2u, policy.Builds[1].IsvSvn);
        Assert.Equal(["sgx/a", "sgx/b"], policy.Types[0].Accept.AsEnumerable());
        Assert.Equal([a, b], policy.RefusedPlatforms.Select(static digest => digest.ToString()));
        Assert.Equal(b, Assert.Single(policy.AllowedPlatforms!.Value).ToString());
        Assert.Contains("\"maxAge\":\"90s\"", policy.Text, StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), policy.NotBefore);
    }

    // Each row: what to replace in the example, by what, and the fault.
    [Theory]
    [InlineData("\"version\":3", "\"version\":3,\"extra\":1", "unknown-member", "/extra")]
    [InlineData("\"version\":3,", "", "missing-member", "/version")]
    [InlineData("\"version\":3", "\"version\":0", "range", "/version")]
    [InlineData("\"version\":3", "\"version\":3.0", "range", "/version")]
    [InlineData("\"version\":3", "\"version\":9007199254740992", "range", "/version")]
    [InlineData("\"version\":3", "\"version\":\"3\"", "type", "/version")]
    [InlineData("\"version\":3", "\"version\":3,\"version\":4", "json", "")]
    [InlineData("policy/v1", "policy/v2", "value", "/profile")]
    [InlineData("\"production\"", "\"a\\\"b\"", "value", "/name")]
    [InlineData("\"production\"", "\"\"", "value", "/name")]
    [InlineData("\"production\"", "\"\\ud800\"", "json", "")]
    [InlineData("\"grades\":[\"third-party-hosted\"]", "\"grades\":[]", "range", "/grades")]
    [InlineData("\"grades\":[\"third-party-hosted\"]", "\"grades\":[\"best\"]", "value", "/grades/0")]
    [InlineData("\"grades\":[\"third-party-hosted\"]", "\"grades\":[\"third-party-hosted\",\"simulated\"]", "simulator", "/grades")]
    [InlineData("\"grades\":[\"third-party-hosted\"]", "\"grades\":[\"simulated\"]", "simulator", "/types/aws-nitro")]
    [InlineData("\"grades\":[\"third-party-hosted\"]", "\"grades\":[\"operator-held\",\"operator-held\"]", "repeated", "/grades/1")]
    [InlineData("\"maxAge\":\"1h\"", "\"maxAge\":\"25h\"", "range", "/maxAge")]
    [InlineData("\"maxAge\":\"1h\"", "\"maxAge\":\"0s\"", "range", "/maxAge")]
    [InlineData("\"maxAge\":\"1h\"", "\"maxAge\":\"500ms\"", "range", "/maxAge")]
    [InlineData("\"maxAge\":\"1h\"", "\"maxAge\":\"1h\",\"notBefore\":\"2026-01-01\"", "range", "/notBefore")]
    [InlineData("\"maxAge\":\"1h\"", "\"maxAge\":\"1h\",\"notBefore\":\"2026-01-01T00:00:00Z\",\"notAfter\":\"2026-01-01T00:00:00Z\"", "range", "/notAfter")]
    [InlineData("\"type\":\"aws-nitro\"", "\"type\":\"intel-sgx\"", "not-pinned", "/builds/0/measurements/mrenclave")]
    [InlineData("\"type\":\"aws-nitro\"", "\"type\":\"nitro\"", "value", "/builds/0/type")]
    [InlineData("\"pcr0\"", "\"pcr9\"", "not-pinned", "/builds/0/measurements/pcr0")]
    [InlineData("\"pcr0\"", "\"PCR0\"", "unknown-member", "/builds/0/measurements/PCR0")]
    [InlineData("\"pcr0\":\"abab", "\"pcr0\":\"ab", "value", "/builds/0/measurements/pcr0")]
    [InlineData("\"pcr0\":\"abab", "\"pcr0\":\"abxx", "value", "/builds/0/measurements/pcr0")]
    [InlineData("\"aws-nitro\":{\"accept\":[]}", "\"aws-nitro\":{\"floors\":{\"Genoa\":{\"snp\":1}}}", "unfit", "/types/aws-nitro/floors")]
    [InlineData("\"aws-nitro\":{\"accept\":[]}", "\"aws-nitro\":{\"statuses\":[\"UpToDate\"]}", "unfit", "/types/aws-nitro/statuses")]
    [InlineData("\"aws-nitro\":{\"accept\":[]}", "\"aws-nitro\":{\"roots\":[]}", "unfit", "/types/aws-nitro/roots")]
    [InlineData("\"aws-nitro\":{\"accept\":[]},", "", "unfit", "/builds")]
    [InlineData("\"aws-nitro\":{\"accept\":[]}", "\"simulator\":{\"roots\":[\"1111111111111111111111111111111111111111111111111111111111111111\"]}", "simulator", "/types/simulator")]
    [InlineData("\"aws-nitro\":{\"accept\":[]}", "\"simulator\":{}", "missing-member", "/types/simulator/roots")]
    [InlineData("snp/no-crl", "snp/debug", "never-accepted", "/types/amd-sev-snp/accept/0")]
    [InlineData("snp/no-crl", "tee/earlier-step", "never-accepted", "/types/amd-sev-snp/accept/0")]
    [InlineData("snp/no-crl", "anything", "value", "/types/amd-sev-snp/accept/0")]
    [InlineData("Genoa", "Geona", "unknown-member", "/types/amd-sev-snp/floors/Geona")]
    [InlineData("\"snp\":23", "\"snp\":-1", "range", "/types/amd-sev-snp/floors/Genoa/snp")]
    [InlineData("\"Genoa\":{\"bootloader\":10,\"microcode\":84,\"snp\":23}", "\"Genoa\":{}", "range", "/types/amd-sev-snp/floors/Genoa")]
    [InlineData("[\"UpToDate\"]", "[\"Revoked\"]", "value", "/types/intel-tdx/statuses/0")]
    [InlineData("[\"UpToDate\"]", "[]", "range", "/types/intel-tdx/statuses")]
    [InlineData("\"refuse\":[]", "\"refuse\":[\"12\"]", "value", "/platforms/refuse/0")]
    [InlineData("\"refuse\":[]", "\"allow\":[]", "range", "/platforms/allow")]
    public void A_fault_has_a_code_and_a_path(string part, string by, string code, string path)
    {
        string text = PolicyTexts.Example.Replace(part, by, StringComparison.Ordinal);
        Assert.NotEqual(PolicyTexts.Example, text);
        Assert.Null(AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(text), out AttestationPolicyFault? fault));
        Assert.Equal(new AttestationPolicyFault("attestation-policy/" + code, path), fault);
    }

    [Theory]
    [InlineData("pcr0")]
    [InlineData("pcr8")]
    public void Zero_registers_pin_nothing(string register)
    {
        string text = PolicyTexts.Example.Replace("{\"pcr0\":\"" + R + "\"", $"{{\"pcr0\":\"{R}\",\"{register}\":\"{new string('0', 96)}\"", StringComparison.Ordinal)
            .Replace($"\"pcr0\":\"{R}\",\"pcr0\"", "\"pcr0\"", StringComparison.Ordinal);
        Assert.Null(AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(text), out AttestationPolicyFault? fault));
        Assert.Equal(new AttestationPolicyFault(AttestationPolicyErrors.ZeroRegister, "/builds/0/measurements/" + register), fault);
    }

    [Fact]
    public void No_builds_at_all_is_a_fault()
    {
        int start = PolicyTexts.Example.IndexOf("\"builds\"", StringComparison.Ordinal), end = PolicyTexts.Example.IndexOf(",\"types\"", StringComparison.Ordinal);
        string text = PolicyTexts.Example[..start] + "\"builds\":[]" + PolicyTexts.Example[end..];
        Assert.Null(AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(text), out AttestationPolicyFault? fault));
        Assert.Equal(new AttestationPolicyFault(AttestationPolicyErrors.Range, "/builds"), fault);
    }

    [Fact]
    public void An_enclave_pinned_by_its_signer_needs_a_least_version()
    {
        string text = $$"""{"profile":"assay/attestation-policy/v1","name":"n","version":1,"builds":[{"name":"z","type":"intel-sgx","measurements":{"mrsigner":"{{new string('c', 64)}}","isv-prod-id":"0100"} }],"types":{"intel-sgx":{ } } }""";
        Assert.Null(AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(text), out AttestationPolicyFault? fault));
        Assert.Equal(new AttestationPolicyFault(AttestationPolicyErrors.MissingMember, "/builds/0/isvSvn"), fault);
        Assert.Equal(AttestationPolicyErrors.NotPinned, FaultOf(text.Replace(",\"isv-prod-id\":\"0100\"", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Bytes_that_are_no_policy_are_refused()
    {
        Assert.Null(AttestationPolicy.TryRead([0xFF], out AttestationPolicyFault? fault));
        Assert.Equal(AttestationPolicyErrors.Utf8, fault!.Code);
        Assert.Equal(AttestationPolicyErrors.TooLarge, FaultOf(new string(' ', AttestationPolicy.MaxLength + 1)));
        Assert.Equal(AttestationPolicyErrors.Type, FaultOf("[]"));
        Assert.Equal(AttestationPolicyErrors.Json, FaultOf(new string('[', 100)));
    }

    [Fact]
    public void Hostile_text_never_throws_and_what_is_read_is_canonical()
    {
        FuzzRun.Run([Encoding.UTF8.GetBytes(PolicyTexts.Example)], static input =>
        {
            AttestationPolicy? policy = AttestationPolicy.TryRead(input, out AttestationPolicyFault? fault);
            Assert.True((policy is null) == (fault is not null));
            if (policy is not null)
            {
                Assert.NotNull(AttestationPolicy.TryReadCanonical(policy.Text));
            }

            return policy is not null;
        }, new FuzzLimits(256 * 1024, 64, TimeSpan.FromMilliseconds(50)));
    }

    private static string? FaultOf(string text)
    {
        Assert.Null(AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(text), out AttestationPolicyFault? fault));
        return fault!.Code;
    }
}
