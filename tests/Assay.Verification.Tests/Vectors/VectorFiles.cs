using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Attestation;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;

namespace Assay.Verification.Tests.Vectors;

/// <summary>The files of spec/vectors/receipts, receipt-proofs, tee-receipts, payment-receipts and chat-receipts, as the catalogue makes them.</summary>
internal static class VectorFiles
{
    public static string FolderOf(string name) => Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", name);

    /// <summary>Every file's name and bytes: index.json, a bundle for each vector, and the request and response files that vectors name.</summary>
    public static SortedDictionary<string, byte[]> Make(IReadOnlyList<VectorCase> cases)
    {
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        List<string> lines = [];
        foreach (VectorCase vector in cases)
        {
            files[vector.Name + ".receipt"] = vector.Bundle;
            using MemoryStream stream = new();
            using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                Write(writer, vector, files);
            }

            lines.Add(Encoding.UTF8.GetString(stream.ToArray()));
        }

        // One vector a line, so that a change shows in a diff as what it is.
        files["index.json"] = Encoding.UTF8.GetBytes("{\"profile\":\"assay/receipt-vectors/v1\",\"vectors\":[\n" + string.Join(",\n", lines) + "\n]}\n");
        return files;
    }

    private static void Write(Utf8JsonWriter writer, VectorCase vector, SortedDictionary<string, byte[]> files)
    {
        Verdict verdict = vector.Verdict;
        writer.WriteStartObject();
        writer.WriteString("name", vector.Name);
        writer.WriteString("note", vector.Note);
        writer.WriteString("bundle", vector.Name + ".receipt");
        writer.WriteString("trust", vector.Trust);
        writer.WriteBoolean("firstUse", vector.FirstUse);
        writer.WriteString("now", vector.Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("require", vector.Require?.ToString());
        if (vector.Policy is not null)
        {
            writer.WriteString("policy", vector.Policy);
        }

        if (vector.AskedPolicy is not null)
        {
            writer.WriteString("askedPolicy", vector.AskedPolicy);
        }

        if (vector.AttestationPolicies.Count > 0)
        {
            WriteList(writer, "attestationPolicies", vector.AttestationPolicies);
        }

        if (vector.Chain is { } chain)
        {
            writer.WriteString("chainFacts", FileOf(Encoding.UTF8.GetBytes(chain), "chain", files));
            writer.WriteNumber("confirmations", vector.Confirmations);
        }

        writer.WriteString("model", vector.Model);
        writer.WriteString("request", FileOf(vector.Request, "request", files));
        writer.WriteString("response", FileOf(vector.Response, "response", files));

        writer.WriteStartObject("expected");
        writer.WriteString("outcome", VerdictNames.Id(vector.Outcome));
        writer.WriteNumber("exitCode", (int)vector.Outcome);
        writer.WriteString("reason", vector.Reason);
        writer.WriteString("required", verdict.Required?.ToString());
        writer.WriteStartObject("questions");
        foreach (QuestionResult question in verdict.Questions)
        {
            writer.WriteString(PolicyNames.Id(question.Question), VerdictNames.Id(question.Status));
        }

        writer.WriteEndObject();
        WriteList(writer, "unmet", verdict.Unmet.Select(Shortfall));
        WriteList(writer, "failed", vector.Failed);
        writer.WriteStartObject("details");
        foreach (CheckOutcome check in verdict.Checks.Where(static c => c.Result != CheckResult.Pass))
        {
            writer.WriteString(check.Code, check.Detail);
        }

        writer.WriteEndObject();
        if (verdict.Checks.Any(static c => c.Subject is not null))
        {
            writer.WriteStartObject("subjects");
            foreach (CheckOutcome check in verdict.Checks.Where(static c => c.Subject is not null))
            {
                writer.WriteString(check.Code, check.Subject);
            }

            writer.WriteEndObject();
        }

        if (verdict.Receipt?.Mutations is { } mutations)
        {
            WriteList(writer, "mutations", mutations);
        }

        writer.WriteString("acceptedAt", verdict.Receipt?.AcceptedAt?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteStartObject("witnesses");
        foreach (WitnessFact witness in verdict.Receipt?.Witnesses ?? [])
        {
            writer.WriteString(witness.Name, VerdictNames.Id(witness.Status));
        }

        writer.WriteEndObject();
        if (verdict.Receipt is { Endorsements.Count: > 0 } receipt)
        {
            WriteList(writer, "endorsements", receipt.Endorsements.Select(static fact => $"{fact.Peer.ToString()[..16]} {EndorsementNames.Id(fact.Finding)} {VerdictNames.Id(fact.Status)}"));
        }

        if (verdict.Receipt?.Proof is { } proof)
        {
            writer.WriteStartObject("proof");
            writer.WriteString("key", proof.Key?.ToString());
            writer.WriteString("bits", proof.Bits?.ToString(CultureInfo.InvariantCulture));
            WriteList(writer, "registrations", proof.Registrations.Select(static fact => $"{fact.Issuer.ToString()[..16]} {VerdictNames.Id(fact.Status)}"));
            writer.WriteEndObject();
        }

        if (verdict.Receipt?.Hardware is { Appraisal: { } appraisal } hardware)
        {
            writer.WriteStartObject("attestation");
            writer.WriteString("type", EvidenceTypes.NameOf(hardware.EvidenceType!.Value));
            writer.WriteString("grade", GradeNames.NameOf(appraisal.Grade));
            writer.WriteString("policy", appraisal.Policy is { } policy ? string.Create(CultureInfo.InvariantCulture, $"{policy.Name} {policy.Version}") : null);
            writer.WriteString("build", appraisal.Build);
            writer.WriteString("reason", appraisal.Reason);
            writer.WriteEndObject();
        }

        if (verdict.Receipt?.Payment is not null)
        {
            Verification.PaymentJson.Write(writer, "payment", verdict.Receipt.Payment);
        }

        WriteList(writer, "notCovered", verdict.NotCovered.Select(static r => r.Code));
        writer.WriteEndObject();
        if (vector.Elsewhere is { } elsewhere)
        {
            writer.WriteStartObject("notAppraised");
            writer.WriteString("outcome", elsewhere.Outcome);
            writer.WriteString("reason", elsewhere.Reason);
            writer.WriteString("tee/appraised", elsewhere.Tee);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    // Contents are few, so they are told apart by their digest.
    private static string? FileOf(byte[]? content, string kind, SortedDictionary<string, byte[]> files)
    {
        if (content is null)
        {
            return null;
        }

        string name = $"{kind}-{Digest32.Sha256(content).ToString()[..8]}.json";
        files[name] = content;
        return name;
    }

    // The reason stands where it says more than that nobody has established it.
    private static string Shortfall(UnmetRequirement unmet) =>
        $"{PolicyNames.Id(unmet.Requirement.Question)} by {PolicyNames.Ids(unmet.Requirement.By)}{(unmet.Reason is UnmetReasons.Parameter or UnmetReasons.OtherBasis ? ": " + unmet.Reason : "")}";

    private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
