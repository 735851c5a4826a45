using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Attestation;
using Assay.Cli.Console;
using Assay.Primitives;

namespace Assay.Cli.Commands;

/// <summary>Evidence and what came of its appraisal, for people and as JSON.</summary>
internal static class AttestationPrinter
{
    private const int Width = 112;

    /// <summary>What evidence says. Nothing here says that it is true.</summary>
    internal static void Facts(Output output, EvidenceFacts facts, TeeBinding? binding, Grade grade, PlatformEndorsement? host)
    {
        Row(output, "type", $"{EvidenceTypes.NameOf(facts.Type)}: {AttestationWords.Of(facts.Type)}");
        Row(output, "hands", AttestationWords.Of(grade, host));
        Row(output, "platform", facts.Platform.Value.IsEmpty ? $"{facts.Platform.Kind}, which hides its identity" : $"{facts.Platform.Kind} {Shown(facts.Platform.Value.Span)}");
        Row(output, "", facts.Platform.Value.IsEmpty ? "it can't be endorsed, nor listed in a policy" : $"policies and logs name it by its digest {facts.Platform.Digest}");
        Row(output, "product", facts.Product);
        Row(output, "made", facts.Time is { } time ? $"{Time(time)}, by the attester's signed clock" : "no time in it: only the binding has one");
        foreach (Measurement register in facts.Measurements)
        {
            bool isZero = !register.Value.Span.ContainsAnyExcept((byte)0);
            Row(output, register == facts.Measurements[0] ? "measured" : "", $"{register.Name} {(isZero ? $"zero ({register.Value.Length} bytes)" : Convert.ToHexStringLower(register.Value.Span))}");
        }

        Row(output, "mode", facts.Modes.IsEmpty ? "nothing that a policy would have to accept by name" : null);
        foreach (string mode in facts.Modes)
        {
            Row(output, mode == facts.Modes[0] ? "mode" : "", AttestationWords.WithCode(mode));
        }

        Row(output, "security", facts.Tcb.IsEmpty ? null : string.Join(", ", facts.Tcb.Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Value}"))));
        Row(output, "status", facts.TcbStatus is null ? null : facts.TcbStatus + (facts.Advisories.IsEmpty ? "" : $", with {string.Join(", ", facts.Advisories)}")
            + (facts.TcbEvaluationNumber is { } number ? $", by evaluation {number}" : ""));
        Row(output, "collateral", facts.CollateralIssuedAt is { } issued && facts.CollateralExpiresAt is { } expires ? $"issued {Time(issued)}, to be replaced by {Time(expires)}" : null);
        Row(output, "carries", facts.ReportData.IsEmpty ? "nothing" : Shown(facts.ReportData.Span));
        if (binding is null)
        {
            Row(output, "", "nobody says what that stands for: there is no binding here");
        }
        else
        {
            Row(output, "binding", $"key {binding.Key.Thumbprint()}, made inside and endorsing receipts");
            Row(output, "", $"of node {binding.Node}, build '{binding.Build}' in its own words");
            Row(output, "", $"nonce {Convert.ToHexStringLower(binding.Nonce.Span)}, issued {Time(DateTimeOffset.FromUnixTimeMilliseconds(binding.IssuedAt))} by the clock inside");
            Row(output, "", binding.KeyConfig.IsEmpty ? "no key for confidential requests" : $"a key for confidential requests ({binding.KeyConfig.Length} bytes)");
        }

        foreach ((string name, string value) in facts.Details)
        {
            Row(output, name, value);
        }
    }

    /// <summary>Steps, and what they come to.</summary>
    internal static void Steps(Output output, Appraisal appraisal)
    {
        foreach (AppraisalStep step in appraisal.Steps)
        {
            string mark = step.Result switch { CheckResult.Pass => "pass", CheckResult.Fail => "FAIL", _ => "----" };
            output.Line($"  {mark}  {step.Code,-15} {AttestationWords.Of(step.Code)}");
            if (step.Detail is { } detail)
            {
                output.Line($"        {"",-15} {AttestationWords.WithCode(detail)}");
            }
        }
    }

    internal static void Assumptions(Output output, Appraisal appraisal)
    {
        foreach (AppraisalAssumption assumption in appraisal.Assumptions)
        {
            Wrapped(output, "  - ", assumption.Sentence);
            if (!assumption.Attacks.IsEmpty)
            {
                Wrapped(output, "    ", $"Broken by: {string.Join("; ", assumption.Attacks)}.");
            }
        }
    }

    internal static void Write(Utf8JsonWriter json, EvidenceFacts facts, TeeBinding? binding)
    {
        json.WriteString("type", EvidenceTypes.NameOf(facts.Type));
        json.WriteStartObject("platform");
        json.WriteString("kind", facts.Platform.Kind);
        json.WriteString("value", Convert.ToHexStringLower(facts.Platform.Value.Span));
        json.WriteString("digest", facts.Platform.Digest.ToString());
        json.WriteEndObject();
        json.WriteString("product", facts.Product);
        json.WriteString("time", facts.Time is { } time ? Time(time) : null);
        json.WriteStartObject("measurements");
        foreach (Measurement register in facts.Measurements)
        {
            json.WriteString(register.Name, Convert.ToHexStringLower(register.Value.Span));
        }

        json.WriteEndObject();
        Texts(json, "modes", facts.Modes);
        json.WriteStartObject("tcb");
        foreach (TcbComponent part in facts.Tcb)
        {
            json.WriteNumber(part.Name, part.Value);
        }

        json.WriteEndObject();
        json.WriteString("tcbStatus", facts.TcbStatus);
        Texts(json, "advisories", facts.Advisories);
        json.WriteString("evaluationNumber", facts.TcbEvaluationNumber?.ToString(CultureInfo.InvariantCulture));
        json.WriteString("reportData", Convert.ToHexStringLower(facts.ReportData.Span));
        json.WriteStartObject("details");
        foreach ((string name, string value) in facts.Details.DistinctBy(static detail => detail.Name))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        if (binding is not null)
        {
            json.WriteStartObject("binding");
            json.WriteString("key", binding.Key.Thumbprint().ToString());
            json.WriteString("node", binding.Node.ToString());
            json.WriteString("nonce", Convert.ToHexStringLower(binding.Nonce.Span));
            json.WriteString("build", binding.Build);
            json.WriteString("keyConfig", Convert.ToHexStringLower(binding.KeyConfig.Span));
            json.WriteString("issuedAt", Time(DateTimeOffset.FromUnixTimeMilliseconds(binding.IssuedAt)));
            json.WriteEndObject();
        }
    }

    internal static void Write(Utf8JsonWriter json, Appraisal appraisal)
    {
        json.WriteString("outcome", OutcomeOf(appraisal));
        json.WriteString("reason", appraisal.Reason);
        json.WriteString("grade", GradeNames.NameOf(appraisal.Grade));
        json.WriteString("host", appraisal.Host?.Host);
        json.WriteString("policy", appraisal.Policy?.Digest.ToString());
        json.WriteString("build", appraisal.Build);
        json.WriteStartArray("steps");
        foreach (AppraisalStep step in appraisal.Steps)
        {
            json.WriteStartObject();
            json.WriteString("code", step.Code);
            json.WriteString("result", step.Result switch { CheckResult.Pass => "pass", CheckResult.Fail => "fail", _ => "not-evaluated" });
            json.WriteString("detail", step.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("assumptions");
        foreach (AppraisalAssumption assumption in appraisal.Assumptions)
        {
            json.WriteStartObject();
            json.WriteString("code", assumption.Code);
            json.WriteString("sentence", assumption.Sentence);
            Texts(json, "attacks", assumption.Attacks);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (appraisal.Facts is { } facts)
        {
            json.WriteStartObject("evidence");
            Write(json, facts, appraisal.Binding);
            json.WriteEndObject();
        }
    }

    internal static string OutcomeOf(Appraisal appraisal) => appraisal.Outcome switch
    {
        AppraisalOutcome.Accepted => "accepted",
        AppraisalOutcome.Rejected => "rejected",
        _ => "not-evaluated",
    };

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal static void Row(Output output, string name, string? value)
    {
        if (value is not null)
        {
            output.Line($"{name,-11} {value}");
        }
    }

    internal static void Wrapped(Output output, string indent, string text)
    {
        StringBuilder line = new(indent);
        foreach (string word in text.Split(' '))
        {
            if (line.Length + word.Length > Width)
            {
                output.Line(line.ToString().TrimEnd());
                line.Clear().Append(' ', indent.Length);
            }

            line.Append(word).Append(' ');
        }

        output.Line(line.ToString().TrimEnd());
    }

    // What somebody put in can be a text; hexadecimal always says exactly what it is.
    private static string Shown(ReadOnlySpan<byte> bytes)
    {
        string hex = Convert.ToHexStringLower(bytes);
        ReadOnlySpan<byte> text = bytes.TrimEnd((byte)0);
        return text.Length > 3 && !text.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? $"{hex} ('{Encoding.ASCII.GetString(text)}')" : hex;
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
