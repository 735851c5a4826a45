using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;

namespace Assay.Receipts;

/// <summary>
/// A policy in its one canonical form (spec/levels.md): what must be established, by what, and when the answer may be handed out.
/// The digest of the canonical bytes is in the signed statement. Eight policies are levels; each of those is built once.
/// </summary>
public sealed class PolicyDocument
{
    /// <summary>Most bytes, as written and in canonical form.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Most requirements, as written and in canonical form.</summary>
    public const int MaxRequirements = 32;

    private static readonly PolicyDocument[] Levels = [.. VerificationLevel.All.Select(static level => new PolicyDocument(level))];

    private readonly byte[] _bytes;

    private PolicyDocument(VerificationLevel level)
        : this(Canonical(RequirementsOf(level)), level.AtLeast(VerificationLevel.Replay) ? ReleaseRule.Provisional : ReleaseRule.AfterEvidence, null, null, level, true)
    {
    }

    private PolicyDocument(ImmutableArray<Requirement> requirements, ReleaseRule release, TimeSpan? deadline, PolicyPrice? maxPrice, VerificationLevel level, bool isLevel)
    {
        Requirements = requirements;
        Release = release;
        Deadline = deadline;
        MaxPrice = maxPrice;
        Level = level;
        IsLevel = isLevel;
        Text = Format();
        _bytes = Encoding.UTF8.GetBytes(Text);
        Digest = Digest32.Sha256(_bytes);
    }

    /// <summary>The level that the policy implies: the strongest whose requirements it includes. It stands in the log entry and in <c>Assay-Level</c>.</summary>
    public VerificationLevel Level { get; }

    /// <summary>Whether the policy is the short form of <see cref="Level"/> and nothing more.</summary>
    public bool IsLevel { get; }

    /// <summary>
    /// The level that offers of payment name for it (spec/payment.md, "Offers"): of the levels, those with fewer parts first and else in their order, the
    /// first that has, for each requirement, one of its bases, or that needs none for it. Dearer than <see cref="Level"/> where a policy wants single parts of levels.
    /// </summary>
    public VerificationLevel LeastLevel => IsLevel
        ? Level
        : VerificationLevel.All.OrderBy(static level => level.Evidence.Count).First(level => Requirements.All(
            requirement => requirement.By.Any(basis => basis is not (Basis.Replay or Basis.Tee or Basis.Zk) || level.Evidence.Contains(basis))));

    /// <summary>What must be established: all of these, in canonical order. None implies another.</summary>
    public ImmutableArray<Requirement> Requirements { get; }

    /// <summary>When the answer may be handed out.</summary>
    public ReleaseRule Release { get; }

    /// <summary>How long evidence may take, from the receipt of the request; null: no bound.</summary>
    public TimeSpan? Deadline { get; }

    /// <summary>What the request may cost at most; null: no bound.</summary>
    public PolicyPrice? MaxPrice { get; }

    /// <summary>The canonical document: JSON without white space.</summary>
    public string Text { get; }

    /// <summary>SHA-256 of the canonical bytes.</summary>
    public Digest32 Digest { get; }

    /// <summary>The canonical document's UTF-8 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The policy in short: its level, or <c>a policy of level LEVEL</c>.</summary>
    public string Name => IsLevel ? Level.ToString() : $"a policy of level {Level}";

    /// <summary>The document of a level.</summary>
    public static PolicyDocument For(VerificationLevel level) => Levels[level.Index];

    /// <summary>The level's document with this digest, or null: the digest is of none of the eight.</summary>
    public static PolicyDocument? Find(in Digest32 digest)
    {
        foreach (PolicyDocument document in Levels)
        {
            if (document.Digest.Equals(digest))
            {
                return document;
            }
        }

        return null;
    }

    /// <summary>Reads a policy in any spelling and makes it canonical. Never throws on input. Errors: <see cref="PolicyErrors"/>, with the member at fault.</summary>
    public static PolicyDocument? TryRead(ReadOnlySpan<byte> utf8, out PolicyFault? fault) => PolicyReader.TryRead(utf8, out fault);

    /// <summary>The policy whose canonical bytes these are, or null: no policy, or one written otherwise.</summary>
    public static PolicyDocument? TryReadCanonical(ReadOnlySpan<byte> utf8) => TryRead(utf8, out _) is { } policy && utf8.SequenceEqual(policy._bytes) ? policy : null;

    /// <summary>Makes a canonical policy. What level <c>signed</c> requires is added, and a requirement that another one implies is dropped.</summary>
    public static PolicyDocument Create(IEnumerable<Requirement> requirements, ReleaseRule release, TimeSpan? deadline = null, PolicyPrice? maxPrice = null)
    {
        ArgumentNullException.ThrowIfNull(requirements);
        ImmutableArray<Requirement> canonical = Canonical([.. requirements, .. RequirementsOf(VerificationLevel.Signed)]);
        VerificationLevel level = VerificationLevel.All.Where(l => Includes(canonical, For(l).Requirements)).Aggregate(static (a, b) => a.Join(b));
        PolicyDocument shortForm = For(level);
        return deadline is null && maxPrice is null && release == shortForm.Release && canonical.SequenceEqual(shortForm.Requirements)
            ? shortForm
            : new PolicyDocument(canonical, release, deadline, maxPrice, level, false);
    }

    /// <summary>Whether everything that <paramref name="other"/> requires is required by this policy too, as strictly.</summary>
    public bool Includes(PolicyDocument other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Includes(Requirements, other.Requirements);
    }

    /// <summary>This policy, and what <paramref name="level"/> requires besides.</summary>
    public PolicyDocument Raise(VerificationLevel level) =>
        IsLevel ? For(Level.Join(level)) : Create([.. Requirements, .. For(level).Requirements], Release, Deadline, MaxPrice);

    /// <summary>The canonical text.</summary>
    public override string ToString() => Text;

    private static IEnumerable<Requirement> RequirementsOf(VerificationLevel level) =>
    [
        new(Question.Altered, [Basis.Signature]),
        new(Question.Logged, [Basis.Log]),
        .. level.Evidence.Select(static basis => new Requirement(Question.Model, [basis])),
        .. level.Evidence.Select(static basis => new Requirement(Question.ComputedRight, [basis])),
    ];

    private static ImmutableArray<Requirement> Canonical(IEnumerable<Requirement> requirements)
    {
        Requirement[] distinct = [.. requirements.Distinct()];
        return [.. distinct.Where(r => !distinct.Any(other => !other.Equals(r) && other.Implies(r))).Order(Comparer<Requirement>.Create(Requirement.Compare))];
    }

    private static bool Includes(ImmutableArray<Requirement> all, ImmutableArray<Requirement> part) =>
        part.All(required => all.Any(requirement => requirement.Implies(required)));

    private string Format()
    {
        StringBuilder text = new();
        text.Append("{\"profile\":\"").Append(DomainTags.Policy).Append('"');
        if (IsLevel)
        {
            text.Append(",\"level\":\"").Append(Level.ToString()).Append('"');
        }

        text.Append(",\"require\":[").AppendJoin(',', Requirements)
            .Append("],\"release\":\"").Append(PolicyNames.Id(Release)).Append('"');
        if (Deadline is { } deadline)
        {
            text.Append(",\"deadline\":\"").Append(PolicyDuration.Format(deadline)).Append('"');
        }

        if (MaxPrice is { } price)
        {
            text.Append(",\"maxPrice\":{\"amount\":\"").Append(price.Amount).Append("\",\"currency\":\"").Append(price.Currency).Append("\"}");
        }

        return text.Append('}').ToString();
    }
}
