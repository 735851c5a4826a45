using System.Globalization;
using System.Text.Json;
using Assay.Attestation;

namespace Assay.Verification;

/// <summary>The appraisal of attested hardware in a verdict's JSON (spec/receipt.md, "As JSON").</summary>
internal static class AttestationJson
{
    public static void Write(Utf8JsonWriter writer, string name, EndorsementFact? fact)
    {
        if (fact is not { Appraisal: { } appraisal, EvidenceType: { } type })
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("type", EvidenceTypes.NameOf(type));
        writer.WriteString("grade", GradeNames.NameOf(appraisal.Grade));
        writer.WriteString("host", appraisal.Host?.Host);
        writer.WriteString("platform", appraisal.Facts?.Platform.Digest.ToString());
        writer.WriteString("build", appraisal.Build);
        WritePolicy(writer, appraisal.Policy);
        writer.WriteString("outcome", appraisal.Outcome switch { AppraisalOutcome.Accepted => "accepted", AppraisalOutcome.Rejected => "rejected", _ => "not-evaluated" });
        writer.WriteString("reason", appraisal.Reason);
        writer.WriteStartArray("steps");
        foreach (AppraisalStep step in appraisal.Steps)
        {
            writer.WriteStartObject();
            writer.WriteString("step", step.Code);
            writer.WriteString("result", VerdictNames.Id(step.Result));
            writer.WriteString("detail", step.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("tcbStatus", appraisal.Facts?.TcbStatus);
        writer.WriteStartArray("advisories");
        foreach (string advisory in appraisal.Facts?.Advisories ?? [])
        {
            writer.WriteStringValue(advisory);
        }

        writer.WriteEndArray();
        writer.WriteString("evidenceAt", Time(appraisal.Facts?.Time));
        writer.WriteString("collateralIssuedAt", Time(appraisal.Facts?.CollateralIssuedAt));
        writer.WriteString("collateralExpiresAt", Time(appraisal.Facts?.CollateralExpiresAt));
        writer.WriteEndObject();
    }

    private static void WritePolicy(Utf8JsonWriter writer, AttestationPolicy? policy)
    {
        if (policy is null)
        {
            writer.WriteNull("policy");
            return;
        }

        writer.WriteStartObject("policy");
        writer.WriteString("name", policy.Name);
        writer.WriteString("version", policy.Version.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("digest", policy.Digest.ToString());
        writer.WriteEndObject();
    }

    private static string? Time(DateTimeOffset? time) => time is { } value ? VerdictJson.Time(value) : null;
}
