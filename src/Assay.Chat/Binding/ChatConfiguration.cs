using System.Text;
using System.Text.Json;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Receipts;

namespace Assay.Chat;

/// <summary>
/// What makes two requests of an application alike (spec/history.md, "Configuration"): of a receipt's leaves those that its owner or the node changes, without
/// what is different in each request anyway.
/// </summary>
public sealed class ChatConfiguration
{
    /// <summary>The leaf that is the digest of the system prompt.</summary>
    public const string SystemPrompt = "request.system_prompt";

    /// <summary>The leaf that is the digest of the tools.</summary>
    public const string Tools = "request.tools";

    /// <summary>The leaf with the parameters.</summary>
    public const string Sampling = "request.sampling";

    /// <summary>The leaf with what the node did to the request.</summary>
    public const string Mutations = "request.mutations";

    private const int MaxLength = 1 << 20;
    private const string MaxTokens = "max_tokens";

    // What the node chose for this one request, or what depends on the answer.
    private static readonly string[] OfOneRequest = ["defaulted seed ", "defaulted max_tokens ", "failover ", "withheld "];

    // The caller's alone: what answers has no part in them.
    private static readonly string[] OfCaller = ["request.protocol", SystemPrompt, Tools, "request.response_format", "model.name", Sampling];

    private static readonly ClaimField[] Plain =
    [
        ClaimRegistry.RequestProtocol, ClaimRegistry.RequestSystemPrompt, ClaimRegistry.RequestTools, ClaimRegistry.RequestResponseFormat,
        ClaimRegistry.ModelName, ClaimRegistry.ModelModelId, ClaimRegistry.ModelTokenizer, ClaimRegistry.ModelTemplate,
        ClaimRegistry.ExecutionBackend, ClaimRegistry.ExecutionSemantics, ClaimRegistry.ExecutionInstructionSet,
    ];

    private ChatConfiguration(IReadOnlyList<ConfigurationLeaf> leaves)
    {
        Leaves = leaves;
        Digest = DigestOf("assay/configuration/v1", leaves);
        Asked = DigestOf("assay/configuration-asked/v1", [.. leaves.Where(static leaf => OfCaller.Contains(leaf.Name, StringComparer.Ordinal))]);
    }

    /// <summary>The leaves of a receipt that it is read from.</summary>
    public static IReadOnlyList<ClaimField> Fields { get; } = [.. Plain, ClaimRegistry.RequestSampling, ClaimRegistry.RequestMutations, ClaimRegistry.PartiesGateway];

    /// <summary>All parts, always the same ones in the same order.</summary>
    public IReadOnlyList<ConfigurationLeaf> Leaves { get; }

    /// <summary>Whether all of it is shown.</summary>
    public bool IsWhole => Leaves.All(static leaf => leaf.IsShown);

    /// <summary>Names it in a program's memory. Two that are whole are the same if this is.</summary>
    public Digest32 Digest { get; }

    /// <summary>Names in a program's memory what the caller decides of it, which is known before anything answers.</summary>
    public Digest32 Asked { get; }

    /// <summary>Of what a node claims.</summary>
    public static ChatConfiguration Of(ClaimValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Read(
            static _ => true,
            field => field == ClaimRegistry.RequestProtocol ? values.RequestProtocol
                : field == ClaimRegistry.RequestSystemPrompt ? values.RequestSystemPrompt?.ToString()
                : field == ClaimRegistry.RequestTools ? values.RequestTools?.ToString()
                : field == ClaimRegistry.RequestResponseFormat ? values.RequestResponseFormat
                : field == ClaimRegistry.RequestSampling ? values.RequestSampling
                : field == ClaimRegistry.ModelName ? values.ModelName
                : field == ClaimRegistry.ModelModelId ? values.ModelModelId?.ToString()
                : field == ClaimRegistry.ModelTokenizer ? values.ModelTokenizer?.ToString()
                : field == ClaimRegistry.ModelTemplate ? values.ModelTemplate?.ToString()
                : field == ClaimRegistry.ExecutionBackend ? values.ExecutionBackend
                : field == ClaimRegistry.ExecutionSemantics ? values.ExecutionSemantics
                : field == ClaimRegistry.ExecutionInstructionSet ? values.ExecutionInstructionSet
                : values.PartiesGateway,
            values.RequestMutations);
    }

    /// <summary>Of a receipt, as far as it is shown.</summary>
    public static ChatConfiguration Of(DisclosedClaims claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return Read(
            field => claims.State(field) != LeafState.Redacted,
            field => field.Type == ClaimType.Digest ? claims.Digest(field)?.ToString() : claims.Text(field),
            claims.Texts(ClaimRegistry.RequestMutations));
    }

    /// <summary>The names of the parts that two configurations both show, and that aren't the same.</summary>
    public IReadOnlyList<string> Differences(ChatConfiguration other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return [.. Leaves.Zip(other.Leaves).Where(static pair => pair.First.IsShown && pair.Second.IsShown && pair.First.Text != pair.Second.Text).Select(static pair => pair.First.Name)];
    }

    /// <summary>The leaf of this name.</summary>
    public ConfigurationLeaf Leaf(string name) => Leaves.First(leaf => leaf.Name == name);

    private static ChatConfiguration Read(Func<ClaimField, bool> isShown, Func<ClaimField, string?> text, IReadOnlyList<string>? mutations)
    {
        List<ConfigurationLeaf> leaves = [.. Plain.Select(field => new ConfigurationLeaf(field.Name, text(field), isShown(field)))];
        bool knowsMutations = isShown(ClaimRegistry.RequestMutations);

        // Who chose max_tokens stands among the mutations: without them nobody can say what of the parameters counts.
        bool isChosen = mutations?.Any(static mutation => mutation.StartsWith("defaulted max_tokens ", StringComparison.Ordinal)) == true;
        string? sampling = text(ClaimRegistry.RequestSampling);
        leaves.Add(knowsMutations && isShown(ClaimRegistry.RequestSampling)
            ? new ConfigurationLeaf(Sampling, isChosen && sampling is not null ? WithoutMaxTokens(sampling) : sampling)
            : new ConfigurationLeaf(Sampling, null, false));
        string[] counting = [.. (mutations ?? []).Where(static mutation => !OfOneRequest.Any(start => mutation.StartsWith(start, StringComparison.Ordinal)))];
        leaves.Add(new ConfigurationLeaf(Mutations, counting.Length == 0 ? null : List(counting), knowsMutations));

        string? gateway = text(ClaimRegistry.PartiesGateway);
        UpstreamWord? word = gateway is null ? null : UpstreamWord.TryRead(gateway);
        bool knowsGateway = isShown(ClaimRegistry.PartiesGateway) && (gateway is null || word is not null);
        leaves.Add(new ConfigurationLeaf("parties.gateway.origin", word?.Origin, knowsGateway));
        leaves.Add(new ConfigurationLeaf("parties.gateway.model", word?.Model, knowsGateway));
        leaves.Add(new ConfigurationLeaf("parties.gateway.fingerprint", word?.Fingerprint, knowsGateway));
        return new ChatConfiguration(leaves);
    }

    // The others as they stand there. What can't be read stays whole: two such texts are the same or they aren't.
    private static string WithoutMaxTokens(string sampling)
    {
        if (sampling.Length > MaxLength || StrictJson.TryParse(Encoding.UTF8.GetBytes(sampling), MaxLength, 4) is not { ValueKind: JsonValueKind.Object } root)
        {
            return sampling;
        }

        StringBuilder text = new("{");
        foreach (JsonProperty member in root.EnumerateObject().Where(static member => member.Name != MaxTokens))
        {
            text.Append(text.Length == 1 ? "" : ",");
            CanonicalText.Append(text, member.Name);
            text.Append(':').Append(member.Value.GetRawText());
        }

        return text.Append('}').ToString();
    }

    private static string List(IEnumerable<string> texts)
    {
        StringBuilder text = new("[");
        foreach (string item in texts)
        {
            text.Append(text.Length == 1 ? "" : ",");
            CanonicalText.Append(text, item);
        }

        return text.Append(']').ToString();
    }

    private static Digest32 DigestOf(string profile, IReadOnlyList<ConfigurationLeaf> leaves)
    {
        CborWriter writer = new(1024);
        writer.WriteArrayHeader(leaves.Count + 1);
        writer.WriteText(profile);
        foreach (ConfigurationLeaf leaf in leaves)
        {
            if (leaf.Text is null)
            {
                writer.WriteNull();
            }
            else
            {
                writer.WriteText(leaf.Text);
            }
        }

        return Digest32.Sha256(writer.Written);
    }
}
