using System.Globalization;
using System.Text;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>The canonical text of policies: no white space, members in the table's order, defaults written out, lists sorted.</summary>
internal static class AttestationPolicyText
{
    internal static string Of(AttestationPolicy policy)
    {
        StringBuilder text = new();
        text.Append("{\"profile\":\"").Append(DomainTags.AttestationPolicy)
            .Append("\",\"name\":\"").Append(policy.Name)
            .Append("\",\"version\":").Append(policy.Version.ToString(CultureInfo.InvariantCulture));
        Time(text, "notBefore", policy.NotBefore);
        Time(text, "notAfter", policy.NotAfter);
        Texts(text, "grades", policy.Grades.Select(GradeNames.NameOf));
        text.Append(",\"maxAge\":\"").Append(PolicyAge.Format(policy.MaxAge)).Append('"');
        text.Append(",\"builds\":[").AppendJoin(',', policy.Builds.Select(Of)).Append(']');
        text.Append(",\"types\":{").AppendJoin(',', policy.Types.Select(Of)).Append('}');
        text.Append(",\"platforms\":{\"refuse\":[").AppendJoin(',', policy.RefusedPlatforms.Select(static digest => $"\"{digest}\"")).Append(']');
        if (policy.AllowedPlatforms is { } allowed)
        {
            Texts(text, "allow", allowed.Select(static digest => digest.ToString()));
        }

        return text.Append("}}").ToString();
    }

    /// <summary>A build's canonical text: also what builds are sorted by.</summary>
    internal static string Of(PolicyBuild build)
    {
        StringBuilder text = new();
        text.Append("{\"name\":\"").Append(build.Name).Append("\",\"type\":\"").Append(EvidenceTypes.NameOf(build.Type)).Append("\",\"measurements\":{")
            .AppendJoin(',', build.Measurements.Select(static register => $"\"{register.Name}\":\"{Convert.ToHexStringLower(register.Value.Span)}\"")).Append('}');
        Number(text, "isvSvn", build.IsvSvn);
        return text.Append('}').ToString();
    }

    private static string Of(PolicyTypeRules rules)
    {
        StringBuilder text = new();
        text.Append('"').Append(EvidenceTypes.NameOf(rules.Type)).Append("\":{\"accept\":[").AppendJoin(',', rules.Accept.Select(static code => $"\"{code}\"")).Append(']');
        if (rules.Floors.Length > 0)
        {
            text.Append(",\"floors\":{").AppendJoin(',', rules.Floors.Select(Of)).Append('}');
        }

        if (PolicyRegisters.IsIntel(rules.Type))
        {
            Texts(text, "statuses", rules.Statuses);
            Texts(text, "advisories", rules.Advisories);
            Number(text, "evaluationNumber", rules.EvaluationNumber);
        }

        if (rules.Type == EvidenceType.Simulator)
        {
            Texts(text, "roots", rules.Roots.Select(static root => root.ToString()));
        }

        return text.Append('}').ToString();
    }

    private static string Of(PolicyFloor floor) =>
        $"\"{floor.Product}\":{{{string.Join(',', floor.Components.Select(static part => string.Create(CultureInfo.InvariantCulture, $"\"{part.Name}\":{part.Value}")))}}}";

    private static void Time(StringBuilder text, string name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            text.Append(",\"").Append(name).Append("\":\"").Append(PolicyAge.FormatTime(value)).Append('"');
        }
    }

    private static void Number(StringBuilder text, string name, uint? number)
    {
        if (number is { } value)
        {
            text.Append(",\"").Append(name).Append("\":").Append(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Texts(StringBuilder text, string name, IEnumerable<string> values) =>
        text.Append(",\"").Append(name).Append("\":[").AppendJoin(',', values.Select(static value => $"\"{value}\"")).Append(']');
}
