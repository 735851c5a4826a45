using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Assay.Primitives;

namespace Assay.Receipts;

/// <summary>
/// Reads policies in any spelling (spec/levels.md, "Long form"). In each object unknown members count first, in the order written; then
/// the known ones in canonical order: so every reader reports the same fault.
/// </summary>
internal sealed class PolicyReader
{
    private const int MaxDepth = 32;
    private const int MaxPeers = 16;
    private const int MaxWitnesses = 64;
    private const int MaxSoundnessBits = 256;
    private const int MaxShownName = 40;

    private static readonly string[] Members = ["profile", "level", "require", "release", "deadline", "maxPrice"];
    private static readonly string[] RequirementMembers = ["question", "by", "accept", "minSoundnessBits", "peers", "atLeast", "witnesses", "within"];
    private static readonly string[] PriceMembers = ["amount", "currency"];

    private PolicyFault? _fault;

    public static PolicyDocument? TryRead(ReadOnlySpan<byte> utf8, out PolicyFault? fault)
    {
        string? code = utf8.Length > PolicyDocument.MaxLength ? PolicyErrors.TooLarge : Utf8.IsValid(utf8) ? null : PolicyErrors.Utf8;
        if (code is null && StrictJson.TryParse(utf8, PolicyDocument.MaxLength, MaxDepth) is { } root)
        {
            PolicyReader reader = new();
            PolicyDocument? policy = reader.Read(root);
            fault = reader._fault;
            return policy;
        }

        fault = new PolicyFault(code ?? PolicyErrors.Json, "");
        return null;
    }

    private PolicyDocument? Read(JsonElement root)
    {
        if (!IsClosed(root, Members, "")
            || !OneOf(root, "profile", "", [DomainTags.Policy], out _)
            || !TryLevel(root, out VerificationLevel? level)
            || !TryRequirements(root, out List<Requirement>? requirements)
            || !OneOf(root, "release", "", [PolicyNames.Id(ReleaseRule.AfterEvidence), PolicyNames.Id(ReleaseRule.Provisional)], out string? release)
            || !TryDuration(root, "deadline", "", out TimeSpan? deadline)
            || !TryPrice(root, out PolicyPrice? price))
        {
            return null;
        }

        PolicyDocument policy = PolicyDocument.Create(
            requirements, release == PolicyNames.Id(ReleaseRule.Provisional) ? ReleaseRule.Provisional : ReleaseRule.AfterEvidence, deadline, price);
        bool fits = level is not { } named || (policy.IsLevel && policy.Level == named) || Fail(PolicyErrors.LevelDiffers, "/level");
        return !fits ? null
            : policy.Bytes.Length > PolicyDocument.MaxLength ? Refuse(PolicyErrors.TooLarge, "")
            : policy.Requirements.Length > PolicyDocument.MaxRequirements ? Refuse(PolicyErrors.Range, "/require")
            : policy;
    }

    private bool TryLevel(JsonElement root, out VerificationLevel? level)
    {
        level = null;
        if (!TryText(root, "level", "", out string? text))
        {
            return false;
        }

        if (text is not null)
        {
            bool known = VerificationLevel.TryParse(text, out VerificationLevel parsed, out _);
            level = parsed;
            return known || Fail(PolicyErrors.Value, "/level");
        }

        return true;
    }

    private bool TryRequirements(JsonElement root, [NotNullWhen(true)] out List<Requirement>? requirements)
    {
        requirements = null;
        if (!TryArray(root, "require", "", PolicyDocument.MaxRequirements, out JsonElement array) || array.ValueKind == JsonValueKind.Undefined)
        {
            return _fault is null && Fail(PolicyErrors.MissingMember, "/require");
        }

        List<Requirement> read = [];
        foreach (JsonElement element in array.EnumerateArray())
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/require/{read.Count}");
            if (!TryRequirement(element, path, out Requirement? requirement))
            {
                return false;
            }

            if (read.Contains(requirement))
            {
                return Fail(PolicyErrors.Repeated, path);
            }

            read.Add(requirement);
        }

        requirements = read;
        return true;
    }

    private bool TryRequirement(JsonElement element, string path, [NotNullWhen(true)] out Requirement? requirement)
    {
        requirement = null;
        if (!IsClosed(element, RequirementMembers, path) || !TryQuestion(element, path, out Question question)
            || !OneOf(element, "accept", path, ["asserted"], out string? accept) || !TryBases(element, path, question, accept is not null, out List<Basis>? by))
        {
            return false;
        }

        // Whoever takes the operator's word needs nothing else; whoever needs something else can't take its word.
        bool word = by is [Basis.Operator] && PolicyNames.BasesOf(question).Contains(Basis.Operator);
        if (word != accept is not null || by.Contains(Basis.Operator) != word)
        {
            return Fail(PolicyErrors.Accept, path + "/accept");
        }

        if (!Fits(element, "minSoundnessBits", path, by.Contains(Basis.Zk)) || !TryNumber(element, "minSoundnessBits", path, MaxSoundnessBits, out int? bits)
            || !Fits(element, "peers", path, by.Contains(Basis.Replay)) || !TryPeers(element, path, out List<Digest32>? peers)
            || !Fits(element, "atLeast", path, peers is not null) || !TryNumber(element, "atLeast", path, peers?.Count ?? 0, out int? atLeast)
            || !Fits(element, "witnesses", path, question == Question.Logged) || !TryNumber(element, "witnesses", path, MaxWitnesses, out int? witnesses)
            || !Fits(element, "within", path, question == Question.Logged) || !TryDuration(element, "within", path, out TimeSpan? within))
        {
            return false;
        }

        requirement = new Requirement(question, by, bits, peers, atLeast, witnesses, within);
        return true;
    }

    private bool TryQuestion(JsonElement element, string path, out Question question)
    {
        question = default;
        if (!TryText(element, "question", path, out string? text))
        {
            return false;
        }

        if (text is null)
        {
            return Fail(PolicyErrors.MissingMember, path + "/question");
        }

        return PolicyNames.TryQuestion(text, out question) || Fail(PolicyErrors.UnknownQuestion, path + "/question");
    }

    private bool TryBases(JsonElement element, string path, Question question, bool accepts, [NotNullWhen(true)] out List<Basis>? by)
    {
        by = null;
        IReadOnlyList<Basis> fit = PolicyNames.BasesOf(question);
        if (!TryArray(element, "by", path, int.MaxValue, out JsonElement array))
        {
            return false;
        }

        if (array.ValueKind == JsonValueKind.Undefined)
        {
            // Where only one basis can answer, there is nothing to choose.
            by = accepts ? [Basis.Operator] : fit.Count == 1 ? [.. fit] : null;
            return by is not null || Fail(PolicyErrors.MissingMember, path + "/by");
        }

        List<Basis> read = [];
        foreach (JsonElement item in array.EnumerateArray())
        {
            string itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}/by/{read.Count}");
            string? code = item.ValueKind != JsonValueKind.String ? PolicyErrors.Type
                : !PolicyNames.TryBasis(item.GetString()!, out Basis basis) ? PolicyErrors.UnknownBasis
                : !fit.Contains(basis) ? PolicyErrors.BasisUnfit
                : read.Contains(basis) ? PolicyErrors.Repeated
                : null;
            if (code is not null)
            {
                return Fail(code, itemPath);
            }

            PolicyNames.TryBasis(item.GetString()!, out Basis known);
            read.Add(known);
        }

        by = read;
        return true;
    }

    private bool TryPeers(JsonElement element, string path, out List<Digest32>? peers)
    {
        peers = null;
        if (!TryArray(element, "peers", path, MaxPeers, out JsonElement array))
        {
            return false;
        }

        if (array.ValueKind == JsonValueKind.Undefined)
        {
            return true;
        }

        List<Digest32> read = [];
        foreach (JsonElement item in array.EnumerateArray())
        {
            Digest32 peer = default;
            string? code = item.ValueKind != JsonValueKind.String ? PolicyErrors.Type
                : !Digest32.TryParseHex(item.GetString(), out peer) ? PolicyErrors.Value
                : read.Contains(peer) ? PolicyErrors.Repeated
                : null;
            if (code is not null)
            {
                return Fail(code, string.Create(CultureInfo.InvariantCulture, $"{path}/peers/{read.Count}"));
            }

            read.Add(peer);
        }

        peers = read;
        return true;
    }

    private bool TryPrice(JsonElement root, out PolicyPrice? price)
    {
        price = null;
        if (!root.TryGetProperty("maxPrice", out JsonElement element))
        {
            return true;
        }

        const string Path = "/maxPrice";
        if (!IsClosed(element, PriceMembers, Path) || !TryText(element, "amount", Path, out string? amount) || !TryText(element, "currency", Path, out string? currency))
        {
            return false;
        }

        if (amount is null || currency is null)
        {
            return Fail(PolicyErrors.MissingMember, Path + (amount is null ? "/amount" : "/currency"));
        }

        if (PolicyPrice.TryAmount(amount) is not { } canonical)
        {
            return Fail(PolicyErrors.Range, Path + "/amount");
        }

        price = new PolicyPrice(canonical, currency);
        return PolicyPrice.IsCurrency(currency) || Fail(PolicyErrors.Value, Path + "/currency");
    }

    private bool IsClosed(JsonElement element, string[] members, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Fail(PolicyErrors.Type, path);
        }

        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!members.Contains(member.Name))
            {
                return Fail(PolicyErrors.UnknownMember, path + "/" + Shown(member.Name));
            }
        }

        return true;
    }

    // A parameter where it means nothing would be read by somebody as meaning something.
    private bool Fits(JsonElement element, string name, string path, bool fits) => fits || !element.TryGetProperty(name, out _) || Fail(PolicyErrors.ParameterUnfit, path + "/" + name);

    private bool TryText(JsonElement element, string name, string path, out string? text)
    {
        text = null;
        if (element.TryGetProperty(name, out JsonElement value))
        {
            if (value.ValueKind != JsonValueKind.String)
            {
                return Fail(PolicyErrors.Type, path + "/" + name);
            }

            text = value.GetString();
        }

        return true;
    }

    private bool OneOf(JsonElement element, string name, string path, string[] values, out string? text) =>
        TryText(element, name, path, out text) && (text is null || values.Contains(text) || Fail(PolicyErrors.Value, path + "/" + name));

    private bool TryDuration(JsonElement element, string name, string path, out TimeSpan? duration)
    {
        duration = null;
        if (!TryText(element, name, path, out string? text))
        {
            return false;
        }

        duration = text is null ? null : PolicyDuration.TryParse(text);
        return text is null || duration is not null || Fail(PolicyErrors.Range, path + "/" + name);
    }

    // Plain digits only: 1.0, 1e0 and 01 are other spellings that readers could take for other numbers.
    private bool TryNumber(JsonElement element, string name, string path, int most, out int? number)
    {
        number = null;
        if (!element.TryGetProperty(name, out JsonElement value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            return Fail(PolicyErrors.Type, path + "/" + name);
        }

        bool plain = int.TryParse(value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) && parsed >= 1 && parsed <= most;
        number = plain ? parsed : null;
        return plain || Fail(PolicyErrors.Range, path + "/" + name);
    }

    // An array of at least one element; undefined if the member isn't there.
    private bool TryArray(JsonElement element, string name, string path, int most, out JsonElement array)
    {
        if (!element.TryGetProperty(name, out array))
        {
            return true;
        }

        return array.ValueKind != JsonValueKind.Array ? Fail(PolicyErrors.Type, path + "/" + name)
            : (array.GetArrayLength() >= 1 && array.GetArrayLength() <= most) || Fail(PolicyErrors.Range, path + "/" + name);
    }

    // Names come from the document: what isn't plain isn't repeated.
    private static string Shown(string name) => name.Length is >= 1 and <= MaxShownName && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? name : "?";

    private PolicyDocument? Refuse(string code, string path)
    {
        Fail(code, path);
        return null;
    }

    private bool Fail(string code, string path)
    {
        _fault = new PolicyFault(code, path);
        return false;
    }
}
