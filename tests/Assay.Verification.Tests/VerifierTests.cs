using System.Text;
using System.Text.Json;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification.Tests.Vectors;

namespace Assay.Verification.Tests;

public sealed class VerifierTests : IDisposable
{
    private static readonly IReadOnlyList<VectorCase> Cases = VectorCatalogue.All;

    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Verify_WithSignatureCache_GivesTheSameVerdicts()
    {
        SignatureCache cache = new();
        for (int round = 0; round < 2; round++)
        {
            foreach (VectorCase vector in Cases)
            {
                Assert.Equal(Json(vector.Verdict), Json(Verifier.Verify(vector.Input() with { Signatures = cache })));
            }
        }
    }

    [Fact]
    public void Verify_EveryVector_KeepsTheRulesOfVerdicts()
    {
        foreach (VectorCase vector in Cases)
        {
            Verdict verdict = vector.Verdict;

            Assert.Equal(CheckCodes.All, verdict.Checks.Select(static c => c.Code));
            Assert.All(verdict.Checks, static c => Assert.Equal(c.Result == CheckResult.Pass, c.Detail is null));
            Assert.Equal(PolicyNames.Questions, verdict.Questions.Select(static q => q.Question));
            Assert.All(verdict.Questions, static q => Assert.Equal(q.Status is QuestionStatus.Established or QuestionStatus.Asserted, q.By is not null));
            Assert.All(verdict.Questions, static q => Assert.Equal(q.Status == QuestionStatus.Established, q.Assumptions.Count > 0));
            Assert.All(verdict.Questions, static q => Assert.False(string.IsNullOrWhiteSpace(q.Sentence)));
            Assert.Equal((int)verdict.Outcome, verdict.ExitCode);
            if (verdict.Outcome == Outcome.Met)
            {
                Assert.Empty(verdict.Unmet);
                Assert.DoesNotContain(verdict.Checks, static c => c.Result == CheckResult.Fail);
            }
        }
    }

    [Fact]
    public void Redact_Anything_NeverUpgradesAStatus()
    {
        Random random = new(3);
        string[] names = [.. ClaimRegistry.Fields.Select(static f => f.Name), "outputs.class", "outputs.scores", "attachments.request", "attachments.response"];
        Bundle whole = Bundle.TryDecode(_world.Parts(_world.Answer(VerificationLevel.Replay)).Encode(), out _)!;
        Verdict before = Verify(whole);
        for (int i = 0; i < 100; i++)
        {
            int share = random.Next(1, 8);
            Bundle shown = whole.Redact([.. names.Where(_ => random.Next(share) != 0)], out _, out _)!;
            Verdict after = Verify(shown);
            for (int q = 0; q < before.Questions.Count; q++)
            {
                Assert.True(after.Questions[q].Status == before.Questions[q].Status || after.Questions[q].Status == QuestionStatus.NotEvaluated || before.Questions[q].By == Basis.Replay);
                Assert.False(after.Questions[q].Status == QuestionStatus.Established && before.Questions[q].Status != QuestionStatus.Established);
            }
        }

        Verdict Verify(Bundle bundle) => Verifier.Verify(_world.Input(bundle.Encode()) with { Replayer = new FixedReplayer(new ReplayResult.Ran(World.Outputs, 0)) });
    }

    [Fact]
    public void Verify_HostileTimes_DoNotThrow()
    {
        byte[] bundle = _world.Parts().Encode();
        foreach (DateTimeOffset now in new[] { DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue })
        {
            Verifier.Verify(_world.Input(bundle) with { Now = now });
        }
    }

    [Fact]
    public void Json_OfEveryVector_IsOneObjectWithStableMembers()
    {
        string[] members = ["profile", "outcome", "exitCode", "reason", "summary", "clock", "required", "requiredPolicy", "unmet", "receipt", "questions", "checks", "notCovered"];
        foreach (VectorCase vector in Cases)
        {
            using JsonDocument json = JsonDocument.Parse(Json(vector.Verdict));
            Assert.Equal(members, json.RootElement.EnumerateObject().Select(static p => p.Name));
            Assert.Equal(vector.Reason, json.RootElement.GetProperty("reason").GetString());
        }
    }

    [Fact]
    public void Text_OfEveryVector_NeverClaimsTooMuch()
    {
        foreach (VectorCase vector in Cases)
        {
            string text = VerdictText.Render(vector.Verdict, allChecks: true);
            Assert.DoesNotContain("verified", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("trustless", text, StringComparison.OrdinalIgnoreCase);
            Assert.All(text.Split('\n'), static line => Assert.True(line.Length <= 130, line));
            Assert.DoesNotContain(text, static c => char.IsControl(c) && c != '\n');
        }
    }

    [Fact]
    public void Details_OfEveryVector_HaveSentencesOrComeFromReaders()
    {
        string[] readers = ["cbor/", "cose/", "note/", "checkpoint/", "oip/", "zk/", "program/"];
        foreach (VectorCase vector in Cases)
        {
            foreach (CheckOutcome check in vector.Verdict.Checks.Where(static c => c.Detail is not null && c.Code != CheckCodes.BundleDecode))
            {
                Assert.True(
                    CheckWords.KnownDetails.Contains(check.Detail) || check.Detail == ReceiptErrors.HeadLayout || readers.Any(r => check.Detail!.StartsWith(r, StringComparison.Ordinal)),
                    $"{vector.Name}: {check.Detail}");
            }
        }

        IEnumerable<string> codes = typeof(DetailCodes).GetFields().Select(static f => (string)f.GetRawConstantValue()!);
        Assert.Empty(codes.Except(CheckWords.KnownDetails));
    }

    [Fact]
    public void Names_WithControlCharacters_DoNotReachTheTerminal()
    {
        BundleParts parts = _world.Parts(_world.Answer() with { ModelName = "digits\u001b[2J\u202e\nfake line " + new string('x', 500) });
        string text = VerdictText.Render(Verifier.Verify(_world.Input(parts.Encode())));

        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.DoesNotContain(new string('x', 100), text, StringComparison.Ordinal);
        Assert.Contains("digits", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_OfAnOrdinaryReceipt_ReadsAsADocument()
    {
        string text = VerdictText.Render(Verifier.Verify(_world.Input(_world.Parts().Encode())));

        Assert.Equal(Golden.Replace("\r", "", StringComparison.Ordinal), text);
    }

    private const string Golden = """
        Receipt  7c9fa136d4413fa6173637e883b6998d
        Node     node.example/assay, key set 10587be10b31670b9cb42681b273fc05444aae50e7089133f2e9374cc771d732
        Model    digits, 9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4
        Issued   2026-11-21 11:59:50 UTC by the node's clock
        Level    signed (set by the request)
        Checked  2026-11-21 12:00:00 UTC by this machine's clock

        Met. Everything that level signed requires is established.

        Which model?                asserted       The operator says digits (model 9372c470eeadd5ec); nobody
                                                   independent checked. To check it yourself: assay verify --replay
        Was anything altered?       established    No: this is what node.example/assay signed. Request and answer are
                                                   the ones it names. What was compared is the receipt's own copy of
                                                   the request and answer, not yours.
                                                   if: The node alone holds its private keys.
        Was it computed right?      asserted       The operator says so; nobody independent checked. To check it
                                                   yourself: assay verify --replay
        Could the operator read it? not-evaluated  Assume so: at this level the operator sees inputs and outputs.
        Is it publicly logged?      established    Yes: entry 4 of the log node.example/assay, which had 7 entries
                                                   then. The operator can't take it back unnoticed.
                                                   if: The log shows everyone the same entries.
        Was it paid for?            not-evaluated  No payment is claimed.

        Not covered
          - Whether the node has withdrawn its keys since.
          - When it happened: all times are by the node's own clock.
          - Whether the model is the one that you called: its name was not compared.
          - Whether this receipt is for your request: your own copy of its bytes was not compared.
          - Whether this receipt is for the answer that you have: your own copy of its bytes was not compared.
          - Whether the operator shows everyone the same log: no independent witness signed it.
          - Whether the model really gives this answer: it was not run again.
          - Secrecy: the operator saw the inputs and the outputs.
          - Whether the answer is true or fair: a receipt is about what was computed, not about the model's quality.

        """;

    private static string Json(Verdict verdict)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            VerdictJson.Write(writer, verdict);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
