using System.Globalization;
using System.Text.Json;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>A verdict as JSON with stable keys (docs: <c>assay verify --json</c>). Absent values are null; members always stand, in this order.</summary>
public static class VerdictJson
{
    /// <summary>The profile of this layout.</summary>
    public const string Profile = "assay/verdict/v1";

    private const ulong MaxExactNumber = (1UL << 53) - 1;

    /// <summary>Writes the verdict as one JSON object. Counters and log positions above 2^53-1 are texts of decimal digits.</summary>
    public static void Write(Utf8JsonWriter writer, Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(verdict);
        writer.WriteStartObject();
        writer.WriteString("profile", Profile);
        writer.WriteString("outcome", VerdictNames.Id(verdict.Outcome));
        writer.WriteNumber("exitCode", verdict.ExitCode);
        writer.WriteString("reason", verdict.Reason);
        writer.WriteString("summary", verdict.Summary);
        writer.WriteStartObject("clock");
        writer.WriteString("at", Time(verdict.Now));
        writer.WriteBoolean("given", verdict.NowIsGiven);
        writer.WriteEndObject();
        writer.WriteString("required", verdict.Required?.ToString());
        writer.WriteString("requiredPolicy", verdict.RequiredPolicy?.Text);
        writer.WriteStartArray("unmet");
        foreach (UnmetRequirement unmet in verdict.Unmet)
        {
            writer.WriteStartObject();
            writer.WriteString("question", PolicyNames.Id(unmet.Requirement.Question));
            writer.WriteString("by", PolicyNames.Ids(unmet.Requirement.By));
            writer.WriteString("why", unmet.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteReceipt(writer, verdict.Receipt);
        WriteQuestions(writer, verdict.Questions);
        WriteChecks(writer, verdict.Checks);
        WriteRemarks(writer, "notCovered", verdict.NotCovered);
        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>questions</c>: also a part of a node's answers.</summary>
    public static void WriteQuestions(Utf8JsonWriter writer, IReadOnlyList<QuestionResult> questions)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(questions);
        writer.WriteStartArray("questions");
        foreach (QuestionResult question in questions)
        {
            writer.WriteStartObject();
            writer.WriteString("question", PolicyNames.Id(question.Question));
            writer.WriteString("title", PolicyNames.Title(question.Question));
            writer.WriteString("status", VerdictNames.Id(question.Status));
            writer.WriteString("by", question.By is { } by ? PolicyNames.Id(by) : null);
            writer.WriteString("answer", question.Sentence);
            WriteRemarks(writer, "assumptions", question.Assumptions);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteReceipt(Utf8JsonWriter writer, ReceiptFacts? receipt)
    {
        if (receipt is null)
        {
            writer.WriteNull("receipt");
            return;
        }

        writer.WriteStartObject("receipt");
        writer.WriteString("id", receipt.Id.ToString());
        writer.WriteString("digest", receipt.Digest.ToString());
        writer.WriteString("issuedAt", Time(receipt.IssuedAt));
        writer.WriteString("acceptedAt", receipt.AcceptedAt is { } accepted ? Time(accepted) : null);
        WriteNumber(writer, "counter", receipt.Counter);
        writer.WriteString("phase", receipt.Phase switch { ReceiptPhase.Final => "final", ReceiptPhase.Abort => "abort", _ => "progress" });
        writer.WriteString("level", receipt.RequestedLevel?.ToString());
        writer.WriteString("policy", receipt.RequestedPolicy?.Text);
        writer.WriteString("levelSource", LevelSources.Text(receipt.LevelSource));
        writer.WriteStartObject("model");
        writer.WriteString("name", receipt.ModelName);
        writer.WriteString("id", receipt.ModelId?.ToString());
        writer.WriteEndObject();
        WriteMutations(writer, receipt.Mutations);
        writer.WriteStartObject("node");
        writer.WriteString("origin", receipt.Node);
        writer.WriteString("keySet", receipt.KeySet.ToString());
        writer.WriteString("trustLines", receipt.TrustLines);
        writer.WriteEndObject();
        writer.WriteStartObject("log");
        WriteNumber(writer, "index", receipt.LogIndex);
        WriteNumber(writer, "size", receipt.LogSize);
        writer.WriteStartArray("witnesses");
        foreach (WitnessFact witness in receipt.Witnesses)
        {
            writer.WriteStartObject();
            writer.WriteString("name", witness.Name);
            writer.WriteString("status", VerdictNames.Id(witness.Status));
            writer.WriteString("at", witness.At is { } at ? Time(at) : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        WriteEndorsements(writer, receipt.Endorsements);
        WriteProof(writer, receipt.Proof);
        AttestationJson.Write(writer, "attestation", receipt.Hardware);
        PaymentJson.Write(writer, "payment", receipt.Payment);
        writer.WriteEndObject();
    }

    private static void WriteMutations(Utf8JsonWriter writer, IReadOnlyList<string>? mutations)
    {
        if (mutations is null)
        {
            writer.WriteNull("mutations");
            return;
        }

        writer.WriteStartArray("mutations");
        foreach (string mutation in mutations)
        {
            writer.WriteStringValue(mutation);
        }

        writer.WriteEndArray();
    }

    private static void WriteProof(Utf8JsonWriter writer, ProofFact? proof)
    {
        if (proof is null)
        {
            writer.WriteNull("proof");
            return;
        }

        writer.WriteStartObject("proof");
        writer.WriteString("key", proof.Key?.ToString());
        writer.WriteNumber("batch", proof.Batch);
        writer.WriteStartArray("runs");
        foreach (int run in proof.Runs)
        {
            writer.WriteNumberValue(run);
        }

        writer.WriteEndArray();
        writer.WriteNumber("bytes", proof.Bytes);
        WriteNumber(writer, "bits", (ulong?)proof.Bits);
        writer.WriteStartArray("registrations");
        foreach (RegistrationFact fact in proof.Registrations)
        {
            writer.WriteStartObject();
            writer.WriteString("issuer", fact.Issuer.ToString());
            writer.WriteString("name", fact.Name);
            writer.WriteString("status", VerdictNames.Id(fact.Status));
            writer.WriteString("at", Time(fact.At));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteEndorsements(Utf8JsonWriter writer, IReadOnlyList<EndorsementFact> endorsements)
    {
        writer.WriteStartArray("endorsements");
        foreach (EndorsementFact fact in endorsements)
        {
            writer.WriteStartObject();
            writer.WriteString("peer", fact.Peer.ToString());
            writer.WriteString("name", fact.Name);
            writer.WriteStartArray("questions");
            foreach (Question question in fact.Questions)
            {
                writer.WriteStringValue(PolicyNames.Id(question));
            }

            writer.WriteEndArray();
            writer.WriteString("by", PolicyNames.Id(fact.By));
            writer.WriteString("finding", EndorsementNames.Id(fact.Finding));
            writer.WriteString("status", VerdictNames.Id(fact.Status));
            writer.WriteString("at", Time(fact.At));
            WriteNumber(writer, "logIndex", fact.LogIndex);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteChecks(Utf8JsonWriter writer, IReadOnlyList<CheckOutcome> checks)
    {
        writer.WriteStartArray("checks");
        foreach (CheckOutcome check in checks)
        {
            writer.WriteStartObject();
            writer.WriteString("check", check.Code);
            writer.WriteString("result", VerdictNames.Id(check.Result));
            writer.WriteString("detail", check.Detail);
            writer.WriteString("subject", check.Subject);
            writer.WriteString("sentence", check.Sentence);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRemarks(Utf8JsonWriter writer, string name, IReadOnlyList<Remark> remarks)
    {
        writer.WriteStartArray(name);
        foreach (Remark remark in remarks)
        {
            writer.WriteStartObject();
            writer.WriteString("code", remark.Code);
            writer.WriteString("sentence", remark.Sentence);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    // Many readers of JSON hold numbers as binary64 and would round a larger one without a word (RFC 7493, section 2.2).
    internal static void WriteNumber(Utf8JsonWriter writer, string name, ulong? value)
    {
        if (value is { } number and <= MaxExactNumber)
        {
            writer.WriteNumber(name, number);
        }
        else if (value is { } large)
        {
            writer.WriteString(name, large.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
