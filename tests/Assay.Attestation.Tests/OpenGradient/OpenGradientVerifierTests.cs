using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Attestation.Tests.Nitro;
using Assay.Primitives;
using Assay.Testing;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.OpenGradient;

/// <summary>The rule under a synthetic root and with keys made here: what passes, and one substitution for each step.</summary>
public sealed class OpenGradientVerifierTests
{
    private const string Body = """{"model":"gpt-4.1","messages":[{"role":"user","content":"Hello!"}],"temperature":0.7}""";
    private static readonly DateTimeOffset Now = NitroSetup.Now;
    private static readonly RSA Key = RSA.Create(2048);
    private static readonly byte[] KeyInfo = Key.ExportSubjectPublicKeyInfo();
    private static readonly byte[] Tls = [0x30, 0x01, 0x00];
    private static readonly byte[] UserData = [0x12, 0x20, .. SHA256.HashData(Tls), 0x12, 0x20, .. SHA256.HashData(KeyInfo)];
    private static readonly Digest32 Build = BuildOf([0x10, 0x11, 0x12]);

    [Fact]
    public void An_enclave_and_its_response_are_accepted_and_what_isnt_covered_is_said()
    {
        OpenGradientVerdict verdict = OpenGradientVerifier.Verify(Good());
        Assert.All(verdict.Steps, step => Assert.Equal((CheckResult.Pass, null), (step.Result, step.Detail)));
        Assert.Equal([.. OpenGradientSteps.OfEnclave, .. OpenGradientSteps.OfResponse], verdict.Steps.Select(step => step.Code));
        Assert.Equal(AppraisalOutcome.Accepted, verdict.Outcome);
        Assert.Equal(Build, verdict.Build);
        Assert.Equal(Keccak256.HashData(KeyInfo), verdict.TeeId);
        Assert.Contains(verdict.NotCovered, gap => gap.Code == "og/gap/nonce");
        Assert.Contains(verdict.NotCovered, gap => gap.Code == "og/gap/model");

        // Without a response there is nothing to say about responses.
        verdict = OpenGradientVerifier.Verify(Good() with { Response = null });
        Assert.Equal(AppraisalOutcome.Accepted, verdict.Outcome);
        Assert.Equal(OpenGradientSteps.OfEnclave, verdict.Steps.Select(step => step.Code));
        Assert.DoesNotContain(verdict.NotCovered, gap => gap.Code == "og/gap/model");
    }

    [Fact]
    public void What_isnt_given_isnt_evaluated_and_never_accepted()
    {
        OpenGradientVerdict verdict = OpenGradientVerifier.Verify(Good() with { TlsCertificate = null, ApprovedBuilds = null, CanonicalRequest = null });
        Assert.Equal(AppraisalOutcome.NotEvaluated, verdict.Outcome);
        Assert.Equal([OpenGradientSteps.Tls, OpenGradientSteps.Build, OpenGradientSteps.Request], verdict.Steps.Where(step => step.Result == CheckResult.NotEvaluated).Select(step => step.Code));
        Assert.All(verdict.Steps.Where(step => step.Result == CheckResult.NotEvaluated), step => Assert.Equal(OpenGradientErrors.NotGiven, step.Detail));
    }

    [Fact]
    public void A_document_of_another_root_says_nothing()
    {
        OpenGradientVerdict verdict = OpenGradientVerifier.Verify(Good() with { Anchors = TrustAnchors.BuiltIn });
        AssertFails(verdict, OpenGradientSteps.Document, CertificateErrors.Anchor);
        Assert.All(verdict.Steps.Skip(1).Take(5), step => Assert.Equal(CheckResult.NotEvaluated, step.Result));
    }

    [Fact]
    public void Debug_enclaves_other_builds_and_missing_registers_are_refused()
    {
        OpenGradientVerdict verdict = OpenGradientVerifier.Verify(Good() with { Document = Document(registers: [0, 0, 0]), ApprovedBuilds = [BuildOf([0, 0, 0])] });
        AssertFails(verdict, OpenGradientSteps.Mode, OpenGradientErrors.Debug);
        AssertFails(OpenGradientVerifier.Verify(Good() with { Document = Document(registers: [0x10, 0x11, 0x13]) }), OpenGradientSteps.Build, OpenGradientErrors.Build);
        AssertFails(OpenGradientVerifier.Verify(Good() with { Document = Document(registers: [0x10, 0x11]) }), OpenGradientSteps.Build, OpenGradientErrors.Build);
        AssertFails(OpenGradientVerifier.Verify(Good() with { ApprovedBuilds = [] }), OpenGradientSteps.Build, OpenGradientErrors.Build);
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-60, true)]
    [InlineData(-61, false)]
    public void A_document_is_good_for_five_minutes(int age, bool passes)
    {
        OpenGradientVerdict verdict = OpenGradientVerifier.Verify(Good() with { RegisteredAt = Now.AddSeconds(age), Document = Document(leafFrom: Now.AddHours(-1)) });
        Assert.Equal(passes, verdict.Outcome == AppraisalOutcome.Accepted);
        if (!passes)
        {
            AssertFails(verdict, OpenGradientSteps.Age, OpenGradientErrors.Age);
        }
    }

    [Fact]
    public void Another_certificate_key_or_form_of_user_data_is_refused()
    {
        AssertFails(OpenGradientVerifier.Verify(Good() with { TlsCertificate = new byte[] { 0x30, 0x00 } }), OpenGradientSteps.Tls, OpenGradientErrors.TlsCertificate);
        using RSA other = RSA.Create(2048);
        OpenGradientVerdict verdict = OpenGradientVerifier.Verify(Good() with { SigningKey = other.ExportSubjectPublicKeyInfo() });
        AssertFails(verdict, OpenGradientSteps.Key, OpenGradientErrors.OtherKey);
        Assert.Equal(OpenGradientErrors.TeeId, verdict.Steps.Single(step => step.Code == OpenGradientSteps.Tee).Detail);
        Assert.Equal(OpenGradientErrors.Signature, verdict.Steps.Single(step => step.Code == OpenGradientSteps.Signature).Detail);

        byte[] otherPrefix = [.. UserData];
        otherPrefix[34] = 0x13;
        foreach (byte[] userData in new[] { [], UserData[..67], [.. UserData, 0], otherPrefix, new byte[68] })
        {
            AssertFails(OpenGradientVerifier.Verify(Good() with { Document = Document(userData: userData) }), OpenGradientSteps.Tls, OpenGradientErrors.UserData);
        }
    }

    [Fact]
    public void Keys_that_arent_RSA_of_a_sane_size_are_refused()
    {
        using RSA small = RSA.Create(1024);
        using ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (byte[] info in new[] { small.ExportSubjectPublicKeyInfo(), curve.ExportSubjectPublicKeyInfo(), [], [0x30, 0x00], [.. KeyInfo, 0] })
        {
            byte[] userData = [0x12, 0x20, .. SHA256.HashData(Tls), 0x12, 0x20, .. SHA256.HashData(info)];
            AssertFails(OpenGradientVerifier.Verify(Good() with { SigningKey = info, Document = Document(userData: userData) }), OpenGradientSteps.Key, OpenGradientErrors.Key);
        }
    }

    [Fact]
    public void Another_request_output_time_or_signature_is_refused()
    {
        OpenGradientInput good = Good();
        AssertFails(OpenGradientVerifier.Verify(good with { CanonicalRequest = good.CanonicalRequest!.Replace("0.7", "0.8", StringComparison.Ordinal) }), OpenGradientSteps.Request, OpenGradientErrors.OtherRequest);
        AssertFails(With(json => json.Replace("How can I help?", "How can I help!", StringComparison.Ordinal)), OpenGradientSteps.Output, OpenGradientErrors.OtherOutput);
        AssertFails(With(json => json.Replace("\"tee_timestamp\":1", "\"tee_timestamp\":2", StringComparison.Ordinal)), OpenGradientSteps.Signature, OpenGradientErrors.Signature);

        // Hashes that fit what is shown, which the enclave never signed.
        string forged = OpenGradientHashes.OfText("Hello! Send money.").ToString();
        AssertFails(
            With(json => json.Replace("Hello! How can I help?", "Hello! Send money.", StringComparison.Ordinal).Replace(OpenGradientHashes.OfText("Hello! How can I help?").ToString(), forged, StringComparison.Ordinal)),
            OpenGradientSteps.Signature,
            OpenGradientErrors.Signature);

        AssertFails(OpenGradientVerifier.Verify(good with { At = Now.AddHours(1).AddSeconds(1) }), OpenGradientSteps.Time, OpenGradientErrors.Time);
        AssertFails(OpenGradientVerifier.Verify(good with { At = Now.AddMinutes(-5).AddSeconds(-1) }), OpenGradientSteps.Time, OpenGradientErrors.Time);
        Assert.Equal(AppraisalOutcome.Accepted, OpenGradientVerifier.Verify(good with { At = Now.AddHours(1) }).Outcome);

        OpenGradientVerdict With(Func<string, string> change) => OpenGradientVerifier.Verify(good with { Response = Read(change(Response())) });
    }

    [Fact]
    public void Signatures_with_another_salt_or_padding_are_refused()
    {
        Digest32 hash = OpenGradientHashes.OfHeartbeat(OpenGradientHashes.OfKey(KeyInfo), 1747000000);
        byte[] signature = Sign(hash);
        Assert.Null(OpenGradientSignature.Check(KeyInfo, hash, signature));
        Assert.Equal(OpenGradientErrors.Signature, OpenGradientSignature.Check(KeyInfo, hash, Key.SignData(hash.Bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        Assert.Equal(OpenGradientErrors.Signature, OpenGradientSignature.Check(KeyInfo, hash, Key.SignData(hash.Bytes, HashAlgorithmName.SHA384, RSASignaturePadding.Pss)));
        Assert.Equal(OpenGradientErrors.Signature, OpenGradientSignature.Check(KeyInfo, hash, Key.SignHash(hash.Bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        Assert.Equal(OpenGradientErrors.Signature, OpenGradientSignature.Check(KeyInfo, hash, signature.AsSpan(1)));
        Assert.Equal(OpenGradientErrors.Signature, OpenGradientSignature.Check(KeyInfo, hash, []));
        Assert.Equal(OpenGradientErrors.Key, OpenGradientSignature.Check(default, hash, signature));
    }

    [Fact]
    public void Tool_calls_a_completion_a_search_and_a_stream_have_the_outputs_that_are_signed()
    {
        string calls = """[{"function": {"arguments": "{\"a\": 1}", "name": "f"}, "id": "c1", "type": "function"}]""";
        Passes(calls, """{"choices":[{"index":0,"message":{"role":"assistant","content":"not hashed","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]},"finish_reason":"tool_calls"}],SIGNED}""");
        Passes("text", """{"choices":[{"text":"text","index":0,"finish_reason":"stop"}],"object":"text_completion",SIGNED}""");
        Passes("found", """{"object":"web_search.result","content":"found","citations":[],SIGNED}""");
        Passes("", """{"choices":[{"message":{"role":"assistant","content":null},"finish_reason":"stop"}],SIGNED}""");
        Passes(
            "Grüße",
            """
            data: {"choices":[{"delta":{"content":"Grü","role":"assistant"},"index":0,"finish_reason":null}],"model":"m"}

            data: {"choices":[{"delta":{"content":"\u00dfe","role":"assistant"},"index":0,"finish_reason":null}],"model":"m"}

            data: {"choices":[{"delta":{},"index":0,"finish_reason":"stop"}],"model":"m",SIGNED}

            data: [DONE]

            """);
        Passes(
            calls,
            """
            data: {"choices":[{"delta":{"content":"not hashed"},"index":0,"finish_reason":null}]}
            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\""}}]},"index":0}]}
            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":": 1}"}}]},"index":0}]}
            data: {"choices":[{"delta":{},"index":0,"finish_reason":"tool_calls"}],SIGNED}
            """);

        static void Passes(string output, string response)
        {
            OpenGradientResponse read = Read(response.Replace("SIGNED", Signed(output), StringComparison.Ordinal));
            Assert.Equal(output, read.Output);
            Assert.Equal(AppraisalOutcome.Accepted, OpenGradientVerifier.Verify(Good() with { Response = read }).Outcome);
        }
    }

    [Theory]
    [InlineData("", OpenGradientErrors.Json)]
    [InlineData("{", OpenGradientErrors.Json)]
    [InlineData("[]", OpenGradientErrors.Response)]
    [InlineData("{}", OpenGradientErrors.Response)]
    [InlineData("data: {}\n\ndata: [DONE]\n", OpenGradientErrors.Unsigned)]
    [InlineData("data: {", OpenGradientErrors.Json)]
    [InlineData("data: []", OpenGradientErrors.Json)]
    [InlineData("data: {\"error\":\"Stream processing failed\"}\n", OpenGradientErrors.Unsigned)]
    public void What_says_nothing_about_a_signature_is_refused(string response, string code)
    {
        Assert.Null(OpenGradientResponse.TryRead(Encoding.UTF8.GetBytes(response), out string? error));
        Assert.Equal(code, error);
    }

    [Theory]
    [InlineData("tee_signature", "\"\"")]
    [InlineData("tee_signature", "\"!\"")]
    [InlineData("tee_signature", "7")]
    [InlineData("tee_timestamp", "-1")]
    [InlineData("tee_timestamp", "1.5")]
    [InlineData("tee_timestamp", "\"1747000000\"")]
    [InlineData("tee_timestamp", "99999999999999999999")]
    [InlineData("tee_id", "\"0x12\"")]
    [InlineData("tee_request_hash", "null")]
    [InlineData("tee_output_hash", "\"0x\"")]
    public void A_member_that_isnt_in_its_form_is_refused(string member, string value)
    {
        Dictionary<string, JsonElement> members = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Response())!;
        members[member] = JsonDocument.Parse(value).RootElement;
        Assert.Null(OpenGradientResponse.TryRead(JsonSerializer.SerializeToUtf8Bytes(members), out string? error));
        Assert.Equal(OpenGradientErrors.Response, error);
        members.Remove(member);
        Assert.Null(OpenGradientResponse.TryRead(JsonSerializer.SerializeToUtf8Bytes(members), out _));
    }

    [Theory]
    [InlineData("""{"messages":7}""")]
    [InlineData("""{"messages":["x"]}""")]
    [InlineData("""{"messages":[{"content":"x"}]}""")]
    [InlineData("""{"messages":[{"role":"queen","content":"x"}]}""")]
    [InlineData("""{"messages":[{"role":"\ud800","content":"x"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[7]}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":"x"}]}""")]
    [InlineData("""{"temperature":"warm"}""")]
    [InlineData("[]")]
    public void A_request_that_the_enclave_wouldnt_read_has_no_canonical_text(string body)
    {
        Assert.Null(OpenGradientRequest.TryCanonical(Encoding.UTF8.GetBytes(body), OpenGradientEndpoint.Chat, out string? error));
        Assert.Equal(OpenGradientErrors.Request, error);
    }

    [Fact]
    public void Fuzzed_responses_and_requests_never_throw()
    {
        byte[] stream = Encoding.UTF8.GetBytes($"data: {{\"choices\":[{{\"delta\":{{\"content\":\"a\",\"tool_calls\":[{{\"index\":0,\"id\":\"c\",\"function\":{{\"name\":\"f\",\"arguments\":\"1\"}}}}]}}}}]}}\ndata: {{\"choices\":[{{\"finish_reason\":\"tool_calls\"}}],{Signed("x")}}}\n");
        FuzzSummary responses = FuzzRun.Run([Encoding.UTF8.GetBytes(Response()), stream], input =>
        {
            OpenGradientResponse? response = OpenGradientResponse.TryRead(input, out string? error);
            Assert.Equal(response is null, error is not null);
            return response is not null;
        });
        Assert.True(responses.Accepted > 100 && responses.Refused > 10_000, responses.ToString());

        byte[] tools = """{"messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":""}}]},{"role":"user","content":[{"type":"file","file":{"filename":"f"}}]}],"temperature":1e-7,"stop":["a"]}"""u8.ToArray();
        FuzzSummary requests = FuzzRun.Run([Encoding.UTF8.GetBytes(Body), tools], input => OpenGradientRequest.TryCanonical(input, OpenGradientEndpoint.Chat, out _) is not null);
        Assert.True(requests.Accepted > 100 && requests.Refused > 10_000, requests.ToString());
    }

    private static OpenGradientInput Good() => new()
    {
        Document = Document(),
        SigningKey = KeyInfo,
        TlsCertificate = Tls,
        ApprovedBuilds = [Digest32.Sha256([1]), Build],
        Response = Read(Response()),
        CanonicalRequest = OpenGradientRequest.TryCanonical(Encoding.UTF8.GetBytes(Body), OpenGradientEndpoint.Chat, out _),
        RegisteredAt = Now,
        At = Now,
        Anchors = NitroSetup.Anchors,
    };

    private static byte[] Document(byte[]? registers = null, byte[]? userData = null, DateTimeOffset? leafFrom = null)
    {
        SyntheticCertificate leaf = NitroSetup.Pki.Leaf(leafFrom ?? Now);
        return new NitroTemplate
        {
            Certificate = leaf.Der,
            Bundle = NitroSetup.Pki.Bundle,
            Timestamp = (ulong)Now.ToUnixTimeMilliseconds(),
            UserData = userData ?? UserData,
            PublicKey = "dummy"u8.ToArray(),
            Nonce = new byte[20],
            Registers = [.. (registers ?? [0x10, 0x11, 0x12]).Select((value, index) => ((ulong)index, Enumerable.Repeat(value, 48).ToArray()))],
        }.Sign(leaf.Key);
    }

    private static Digest32 BuildOf(byte[] registers) => Keccak256.HashData([.. registers.SelectMany(value => Enumerable.Repeat(value, 48))]);

    private static string Response() =>
        "{\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello! How can I help?\"},\"finish_reason\":\"stop\"}]," + Signed("Hello! How can I help?") + "}";

    /// <summary>The members that an enclave adds, for the request of these tests.</summary>
    private static string Signed(string output)
    {
        Digest32 request = OpenGradientHashes.OfText(OpenGradientRequest.TryCanonical(Encoding.UTF8.GetBytes(Body), OpenGradientEndpoint.Chat, out _)!);
        Digest32 answer = OpenGradientHashes.OfText(output);
        long time = Now.ToUnixTimeSeconds();
        string signature = Convert.ToBase64String(Sign(OpenGradientHashes.OfMessage(request, answer, time)));
        return $"\"tee_signature\":\"{signature}\",\"tee_request_hash\":\"{request}\",\"tee_output_hash\":\"{answer}\",\"tee_timestamp\":{time},\"tee_id\":\"0x{OpenGradientHashes.OfKey(KeyInfo)}\"";
    }

    private static byte[] Sign(Digest32 hash) => Key.SignData(hash.Bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    private static OpenGradientResponse Read(string response)
    {
        OpenGradientResponse? read = OpenGradientResponse.TryRead(Encoding.UTF8.GetBytes(response), out string? error);
        Assert.Null(error);
        return read!;
    }

    private static void AssertFails(OpenGradientVerdict verdict, string step, string code)
    {
        Assert.Equal(AppraisalOutcome.Rejected, verdict.Outcome);
        AppraisalStep first = verdict.Steps.First(made => made.Result != CheckResult.Pass);
        Assert.Equal((step, CheckResult.Fail, code), (first.Code, first.Result, first.Detail));
    }
}
