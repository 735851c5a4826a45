using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Assay.Primitives;

namespace Assay.Receipts;

/// <summary>
/// One requirement of a policy: this question must be established by one of these bases, with what the parameters say besides
/// (spec/levels.md, "Long form"). Two requirements are equal if they mean the same, which is to say: if their canonical texts are.
/// </summary>
public sealed class Requirement : IEquatable<Requirement>
{
    private static readonly Question[] Order = [Question.Altered, Question.Logged, Question.Model, Question.ComputedRight, Question.OperatorRead, Question.Paid];

    internal Requirement(
        Question question, IEnumerable<Basis> by, int? minSoundnessBits = null, IReadOnlyCollection<Digest32>? peers = null, int? atLeast = null, int? witnesses = null, TimeSpan? within = null)
    {
        Question = question;
        By = [.. by.Order()];
        MinSoundnessBits = minSoundnessBits;
        Peers = peers is null ? [] : [.. peers.OrderBy(static peer => peer.ToString(), StringComparer.Ordinal)];
        AtLeast = atLeast ?? Peers.Length;
        Witnesses = witnesses;
        Within = within;
        Text = Format();
    }

    /// <summary>The question.</summary>
    public Question Question { get; }

    /// <summary>Any one of these suffices; at least one, in the spec's order.</summary>
    public ImmutableArray<Basis> By { get; }

    /// <summary>Whether the operator's word is enough, and with it whatever is established. It is only where the policy says so explicitly.</summary>
    public bool AcceptsAsserted => By.Contains(Basis.Operator);

    /// <summary>A proof counts only if it is at least this sound, in bits; null: no bound.</summary>
    public int? MinSoundnessBits { get; }

    /// <summary>A replay counts only by these peers (their keys' thumbprints, ascending); empty: any that the verifier's trust covers.</summary>
    public ImmutableArray<Digest32> Peers { get; }

    /// <summary>How many of <see cref="Peers"/>; 0 if none are named.</summary>
    public int AtLeast { get; }

    /// <summary>How many witnesses must have signed the log's checkpoint; null: none need have.</summary>
    public int? Witnesses { get; }

    /// <summary>How soon after its issue a receipt must be logged; null: no bound.</summary>
    public TimeSpan? Within { get; }

    /// <summary>The canonical JSON object.</summary>
    public string Text { get; }

    /// <summary>Whether whatever meets this requirement meets the other one too.</summary>
    public bool Implies(Requirement other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Question == other.Question && (other.AcceptsAsserted || By.All(basis => other.By.Contains(basis) && ImpliesBy(basis, other)));
    }

    /// <summary>The same requirement with only those of its bases that <paramref name="keep"/> says, and their parameters; null if none is left.</summary>
    public Requirement? Restrict(Func<Basis, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(keep);
        Basis[] kept = [.. By.Where(keep)];
        bool replay = kept.Contains(Basis.Replay) && !Peers.IsEmpty;
        return kept.Length == 0 ? null
            : new Requirement(Question, kept, kept.Contains(Basis.Zk) ? MinSoundnessBits : null, replay ? Peers : null, replay ? AtLeast : null, Witnesses, Within);
    }

    /// <summary>The same question by the same bases, without parameters.</summary>
    public Requirement WithoutParameters() => new(Question, By);

    /// <summary>What is left of this requirement where only some peers and so many witnesses can be had; without any, it names none.</summary>
    public Requirement Reduce(IReadOnlySet<Digest32> peers, int witnesses, bool within)
    {
        ArgumentNullException.ThrowIfNull(peers);
        Digest32[] kept = [.. Peers.Where(peers.Contains)];
        return new Requirement(
            Question, By, MinSoundnessBits, kept, Math.Min(AtLeast, kept.Length), Witnesses is { } count && witnesses > 0 ? Math.Min(count, witnesses) : null, within ? Within : null);
    }

    public bool Equals(Requirement? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as Requirement);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    /// <summary>The order of canonical documents: by question, then by bases, then by text.</summary>
    internal static int Compare(Requirement left, Requirement right)
    {
        int order = Array.IndexOf(Order, left.Question).CompareTo(Array.IndexOf(Order, right.Question));
        for (int i = 0; order == 0 && i < left.By.Length && i < right.By.Length; i++)
        {
            order = left.By[i].CompareTo(right.By[i]);
        }

        order = order != 0 ? order : left.By.Length.CompareTo(right.By.Length);
        return order != 0 ? order : string.CompareOrdinal(left.Text, right.Text);
    }

    private bool ImpliesBy(Basis basis, Requirement other) => basis switch
    {
        Basis.Zk => other.MinSoundnessBits is not { } bits || MinSoundnessBits >= bits,

        // Whoever satisfies this one with as few as possible of the other's peers still has AtLeast less those that the other doesn't name.
        Basis.Replay => other.Peers.IsEmpty || (!Peers.IsEmpty && AtLeast - Peers.Count(peer => !other.Peers.Contains(peer)) >= other.AtLeast),
        Basis.Log => (other.Witnesses is not { } count || Witnesses >= count) && (other.Within is not { } limit || Within <= limit),
        _ => true,
    };

    private string Format()
    {
        StringBuilder text = new();
        text.Append("{\"question\":\"").Append(PolicyNames.Id(Question)).Append("\",\"by\":[\"")
            .AppendJoin("\",\"", By.Select(PolicyNames.Id)).Append("\"]");
        if (AcceptsAsserted)
        {
            text.Append(",\"accept\":\"asserted\"");
        }

        Append(text, "minSoundnessBits", MinSoundnessBits);
        if (!Peers.IsEmpty)
        {
            text.Append(",\"peers\":[\"").AppendJoin("\",\"", Peers).Append("\"]");
            Append(text, "atLeast", AtLeast);
        }

        Append(text, "witnesses", Witnesses);
        if (Within is { } within)
        {
            text.Append(",\"within\":\"").Append(PolicyDuration.Format(within)).Append('"');
        }

        return text.Append('}').ToString();
    }

    private static void Append(StringBuilder text, string name, int? value)
    {
        if (value is { } number)
        {
            text.Append(CultureInfo.InvariantCulture, $",\"{name}\":{number}");
        }
    }
}
