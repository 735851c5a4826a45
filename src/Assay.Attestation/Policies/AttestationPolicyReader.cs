using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>Reads attestation policies in any spelling (spec/attestation.md, "Policy") and gives them in canonical form, or the first fault.</summary>
internal sealed class AttestationPolicyReader
{
    private const int MaxBuilds = 256;
    private const int MaxPlatforms = 512;

    private readonly ClosedJson _json = new();

    internal static AttestationPolicy? TryRead(ReadOnlySpan<byte> utf8, out AttestationPolicyFault? fault)
    {
        if (ClosedJson.TryParse(utf8, AttestationPolicy.MaxLength, out fault) is not { } root)
        {
            return null;
        }

        AttestationPolicyReader reader = new();
        AttestationPolicy? policy = reader.Read(root)?.Complete();
        if (policy?.Text.Length > AttestationPolicy.MaxLength)
        {
            reader._json.Fail(AttestationPolicyErrors.TooLarge, "");
        }

        fault = reader._json.Fault;
        return fault is null ? policy : null;
    }

    private AttestationPolicy? Read(JsonElement root)
    {
        if (!_json.IsClosed(root, "", "profile", "name", "version", "notBefore", "notAfter", "grades", "maxAge", "builds", "types", "platforms")
            || !_json.TryText(root, "profile", "", isRequired: true, out string? profile)
            || !(profile == DomainTags.AttestationPolicy || _json.Fail(AttestationPolicyErrors.Value, "/profile"))
            || !_json.TryName(root, "name", "", out string? name)
            || !_json.TryNumber(root, "version", "", 1, ulong.MaxValue, out ulong? version)
            || !(version is not null || _json.Fail(AttestationPolicyErrors.MissingMember, "/version"))
            || !TryTimes(root, out DateTimeOffset? notBefore, out DateTimeOffset? notAfter)
            || !TryGrades(root, out ImmutableArray<Grade> grades)
            || !TryAge(root, out TimeSpan age)
            || !TryBuilds(root, out ImmutableArray<PolicyBuild> builds)
            || new PolicyTypesReader(_json).TryRead(root) is not { } types
            || !TryPlatforms(root, out ImmutableArray<Digest32> refused, out ImmutableArray<Digest32>? allowed)
            || !Fits(grades, builds, types))
        {
            return null;
        }

        return new AttestationPolicy
        {
            Name = name,
            Version = version!.Value,
            NotBefore = notBefore,
            NotAfter = notAfter,
            Grades = grades,
            MaxAge = age,
            Builds = builds,
            Types = types,
            RefusedPlatforms = refused,
            AllowedPlatforms = allowed,
        };
    }

    private bool TryTimes(JsonElement root, out DateTimeOffset? notBefore, out DateTimeOffset? notAfter)
    {
        notAfter = null;
        return TryTime(root, "notBefore", out notBefore) && TryTime(root, "notAfter", out notAfter)
            && (!(notBefore >= notAfter) || _json.Fail(AttestationPolicyErrors.Range, "/notAfter"));
    }

    private bool TryTime(JsonElement root, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!_json.TryText(root, name, "", isRequired: false, out string? text))
        {
            return false;
        }

        time = text is null ? null : PolicyAge.TryParseTime(text);
        return text is null || time is not null || _json.Fail(AttestationPolicyErrors.Range, "/" + name);
    }

    private bool TryGrades(JsonElement root, out ImmutableArray<Grade> grades)
    {
        grades = [Grade.ThirdPartyHosted];
        if (!_json.TryTexts(root, "grades", "", 1, 3, static text => GradeNames.TryParse(text, out _) ? null : AttestationPolicyErrors.Value, out List<string>? texts))
        {
            return false;
        }

        if (texts is not null)
        {
            grades = [.. texts.Select(static text => GradeNames.TryParse(text, out Grade grade) ? grade : default).Order()];
        }

        return grades.Length == 1 || grades[0] != Grade.Simulated || _json.Fail(AttestationPolicyErrors.Simulator, "/grades");
    }

    private bool TryAge(JsonElement root, out TimeSpan age)
    {
        age = TimeSpan.FromHours(1);
        if (!_json.TryText(root, "maxAge", "", isRequired: false, out string? text) || text is null)
        {
            return _json.Fault is null;
        }

        age = PolicyAge.TryParse(text) ?? default;
        return age != default || _json.Fail(AttestationPolicyErrors.Range, "/maxAge");
    }

    private bool TryBuilds(JsonElement root, out ImmutableArray<PolicyBuild> builds)
    {
        builds = [];
        if (!_json.TryMember(root, "builds", "", JsonValueKind.Array, isRequired: true, out JsonElement array))
        {
            return false;
        }

        // Without a build everything would be refused, or, read by somebody careless, nothing.
        if (array.GetArrayLength() is 0 or > MaxBuilds)
        {
            return _json.Fail(AttestationPolicyErrors.Range, "/builds");
        }

        PolicyBuildReader reader = new(_json);
        SortedDictionary<string, PolicyBuild> read = new(StringComparer.Ordinal);
        int index = 0;
        foreach (JsonElement element in array.EnumerateArray())
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/builds/{index++}");
            if (reader.TryRead(element, path) is not { } build)
            {
                return false;
            }

            if (!read.TryAdd(AttestationPolicyText.Of(build), build))
            {
                return _json.Fail(AttestationPolicyErrors.Repeated, path);
            }
        }

        builds = [.. read.Values];
        return true;
    }

    private bool TryPlatforms(JsonElement root, out ImmutableArray<Digest32> refused, out ImmutableArray<Digest32>? allowed)
    {
        refused = [];
        allowed = null;
        const string Path = "/platforms";
        if (!_json.TryMember(root, "platforms", "", JsonValueKind.Object, isRequired: false, out JsonElement platforms) || platforms.ValueKind == JsonValueKind.Undefined)
        {
            return _json.Fault is null;
        }

        if (!_json.IsClosed(platforms, Path, "refuse", "allow")
            || !_json.TryTexts(platforms, "refuse", Path, 0, MaxPlatforms, DigestFault, out List<string>? refuse)
            || !_json.TryTexts(platforms, "allow", Path, 1, MaxPlatforms, DigestFault, out List<string>? allow))
        {
            return false;
        }

        refused = Digests(refuse ?? []);
        allowed = allow is null ? null : Digests(allow);
        return true;
    }

    // Rules that could never apply are mistakes; the simulator beside hardware is a danger.
    private bool Fits(ImmutableArray<Grade> grades, ImmutableArray<PolicyBuild> builds, ImmutableArray<PolicyTypeRules> types)
    {
        bool isSimulated = grades[0] == Grade.Simulated;
        foreach (PolicyTypeRules rules in types)
        {
            if ((rules.Type == EvidenceType.Simulator) != isSimulated)
            {
                return _json.Fail(AttestationPolicyErrors.Simulator, "/types/" + EvidenceTypes.NameOf(rules.Type));
            }
        }

        return builds.All(build => types.Any(rules => rules.Type == build.Type)) || _json.Fail(AttestationPolicyErrors.Unfit, "/builds");
    }

    internal static string? DigestFault(string text) => Digest32.TryParseHex(text, out _) ? null : AttestationPolicyErrors.Value;

    internal static ImmutableArray<Digest32> Digests(IEnumerable<string> texts) =>
        [.. texts.Select(static text => Digest32.TryParseHex(text, out Digest32 digest) ? digest : default).OrderBy(static digest => digest.ToString(), StringComparer.Ordinal)];
}
