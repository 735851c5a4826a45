using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Keys;

/// <summary>A caller: its name (in receipts), the least verification that its requests may ask for, and what it may use.</summary>
/// <param name="Name">Name in receipts; <c>anonymous</c> is the caller without a key.</param>
/// <param name="MinimumLevel">A request may only raise it; also the level of requests that name none. Null: none.</param>
public sealed record ApiKey(string Name, VerificationLevel? MinimumLevel)
{
    /// <summary>The name of the caller that shows no key; no key may have it.</summary>
    public const string AnonymousName = "anonymous";

    /// <summary>The caller that shows no key, on a node without a key file.</summary>
    public static ApiKey Anonymous { get; } = new(AnonymousName, null);

    /// <summary>The first moment in which the key no longer works; null: never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When the operator took the key back; it works no more, whatever the time. Its name stays taken: the counters in receipts belong to the name.</summary>
    public DateTimeOffset? Revoked { get; init; }

    /// <summary>Whether the key works at a time.</summary>
    public bool IsInForce(DateTimeOffset now) => Revoked is null && !(Expires <= now);

    /// <summary>How much it may ask for.</summary>
    public ApiKeyLimits Limits { get; init; } = ApiKeyLimits.None;

    /// <summary>Names or ids of the models that it may call; null: all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Whether its requests are public: they may be proved together with those of other such callers, whose proofs show something of them.</summary>
    public bool PublicProofs { get; init; }

    /// <summary>The one application that its chats are of, whether they name it or not; null: any that they name.</summary>
    public string? Application { get; init; }

    /// <summary>Whether it may register prompts and tool sets, and close and open applications.</summary>
    public bool MayRegister { get; init; } = true;

    /// <summary>Whether it may call a model: its list holds that name, or the id and so every name of it. Of an upstream's model nobody knows the id.</summary>
    public bool MayCall(string name, ModelId? id) => Models is null || Models.Contains(name, StringComparer.Ordinal) || (id is not null && Models.Contains(id.ToString(), StringComparer.Ordinal));
}
