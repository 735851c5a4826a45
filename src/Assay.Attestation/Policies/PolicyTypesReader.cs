using System.Collections.Immutable;
using System.Text.Json;

namespace Assay.Attestation;

/// <summary>Reads a policy's rules by type of evidence.</summary>
internal sealed class PolicyTypesReader(ClosedJson json)
{
    private const int MaxCodes = 64;
    private const int MaxCodeLength = 64;
    private const int MaxAdvisories = 256;
    private const int MaxRoots = 16;
    private const int MaxProducts = 64;

    internal ImmutableArray<PolicyTypeRules>? TryRead(JsonElement root)
    {
        if (!json.TryMember(root, "types", "", JsonValueKind.Object, isRequired: true, out JsonElement types)
            || !json.IsClosed(types, "/types", [.. EvidenceTypes.All]))
        {
            return null;
        }

        List<PolicyTypeRules> read = [];
        foreach (string name in EvidenceTypes.All)
        {
            if (types.TryGetProperty(name, out JsonElement element) && EvidenceTypes.TryParse(name, out EvidenceType type))
            {
                if (TryRules(element, type, "/types/" + name) is not { } rules)
                {
                    return null;
                }

                read.Add(rules);
            }
        }

        if (read.Count == 0)
        {
            json.Fail(AttestationPolicyErrors.Range, "/types");
            return null;
        }

        return [.. read];
    }

    private PolicyTypeRules? TryRules(JsonElement element, EvidenceType type, string path)
    {
        bool isIntel = PolicyRegisters.IsIntel(type);
        if (!json.IsClosed(element, path, "accept", "floors", "statuses", "advisories", "evaluationNumber", "roots")
            || !json.TryTexts(element, "accept", path, 0, MaxCodes, AcceptFault, out List<string>? accept)
            || !Fits(element, "floors", path, PolicyRegisters.HasFloors(type)) || !TryFloors(element, type, path, out ImmutableArray<PolicyFloor> floors)
            || !Fits(element, "statuses", path, isIntel) || !json.TryTexts(element, "statuses", path, 1, MaxCodes, StatusFault, out List<string>? statuses)
            || !Fits(element, "advisories", path, isIntel) || !json.TryTexts(element, "advisories", path, 0, MaxAdvisories, AdvisoryFault, out List<string>? advisories)
            || !Fits(element, "evaluationNumber", path, isIntel) || !json.TryNumber(element, "evaluationNumber", path, 0, uint.MaxValue, out ulong? number)
            || !Fits(element, "roots", path, type == EvidenceType.Simulator) || !json.TryTexts(element, "roots", path, 1, MaxRoots, AttestationPolicyReader.DigestFault, out List<string>? roots))
        {
            return null;
        }

        if (type == EvidenceType.Simulator && roots is null)
        {
            json.Fail(AttestationPolicyErrors.MissingMember, path + "/roots");
            return null;
        }

        return new PolicyTypeRules
        {
            Type = type,
            Accept = Sorted(accept),
            Floors = floors,
            Statuses = isIntel ? Sorted(statuses ?? [PolicyRegisters.UpToDate]) : [],
            Advisories = Sorted(advisories),
            EvaluationNumber = (uint?)number,
            Roots = AttestationPolicyReader.Digests(roots ?? []),
        };
    }

    private bool TryFloors(JsonElement element, EvidenceType type, string path, out ImmutableArray<PolicyFloor> floors)
    {
        floors = [];
        path += "/floors";
        if (!json.TryMember(element, "floors", path[..^7], JsonValueKind.Object, isRequired: false, out JsonElement products) || products.ValueKind == JsonValueKind.Undefined)
        {
            return json.Fault is null;
        }

        SortedDictionary<string, PolicyFloor> read = new(StringComparer.Ordinal);
        foreach (JsonProperty product in products.EnumerateObject())
        {
            string at = $"{path}/{ClosedJson.Shown(product.Name)}";
            if (!PolicyRegisters.IsProduct(type, product.Name) || read.Count == MaxProducts)
            {
                return json.Fail(AttestationPolicyErrors.UnknownMember, at);
            }

            if (!TryComponents(product.Value, at, out ImmutableArray<TcbComponent> components))
            {
                return false;
            }

            read.Add(product.Name, new PolicyFloor(product.Name, components));
        }

        floors = [.. read.Values];
        return floors.Length > 0 || json.Fail(AttestationPolicyErrors.Range, path);
    }

    private bool TryComponents(JsonElement element, string path, out ImmutableArray<TcbComponent> components)
    {
        components = [];
        if (element.ValueKind != JsonValueKind.Object)
        {
            return json.Fail(AttestationPolicyErrors.Type, path);
        }

        SortedDictionary<string, TcbComponent> read = new(StringComparer.Ordinal);
        foreach (JsonProperty component in element.EnumerateObject())
        {
            if (!IsPlain(component.Name) || read.Count == MaxCodes)
            {
                return json.Fail(AttestationPolicyErrors.UnknownMember, $"{path}/{ClosedJson.Shown(component.Name)}");
            }

            if (!json.TryNumber(element, component.Name, path, 0, uint.MaxValue, out ulong? value))
            {
                return false;
            }

            read.Add(component.Name, new TcbComponent(component.Name, (uint)value!.Value));
        }

        components = [.. read.Values];
        return components.Length > 0 || json.Fail(AttestationPolicyErrors.Range, path);
    }

    // A rule where it means nothing would be read by somebody as meaning something.
    private bool Fits(JsonElement element, string name, string path, bool fits) =>
        fits || !element.TryGetProperty(name, out _) || json.Fail(AttestationPolicyErrors.Unfit, $"{path}/{name}");

    // Codes of this library's own steps stand for anything at all ("an earlier step wasn't reached"); no policy can mean them.
    private static string? AcceptFault(string code)
    {
        int slash = code.IndexOf('/', StringComparison.Ordinal);
        return code.Length > MaxCodeLength || slash < 1 || slash == code.Length - 1 || !IsPlain(code[..slash]) || !IsPlain(code[(slash + 1)..]) ? AttestationPolicyErrors.Value
            : code.EndsWith("/debug", StringComparison.Ordinal) || code.StartsWith("tee/", StringComparison.Ordinal) ? AttestationPolicyErrors.NeverAccepted
            : null;
    }

    private static string? StatusFault(string status) => PolicyRegisters.Statuses.Contains(status) ? null : AttestationPolicyErrors.Value;

    private static string? AdvisoryFault(string advisory) =>
        advisory.Length is >= 1 and <= MaxCodeLength && advisory.All(static c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '-') ? null : AttestationPolicyErrors.Value;

    private static bool IsPlain(string name) => name.Length is >= 1 and <= 40 && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static ImmutableArray<string> Sorted(List<string>? texts) => [.. (texts ?? []).Order(StringComparer.Ordinal)];
}
