using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What somebody can appraise or bring: bases, and the parameters whose values it can know.</summary>
public sealed record PolicyCapabilities
{
    /// <summary>What this version's verifier can appraise.</summary>
    public static PolicyCapabilities Verifier { get; } = new() { Bases = [Basis.Operator, Basis.Signature, Basis.Log, Basis.Replay, Basis.Tee, Basis.Zk], AnyPeer = true, SoundnessBits = int.MaxValue, Witnesses = int.MaxValue, Confidential = true, Within = true };

    /// <summary>The same, where it is told of a chain.</summary>
    public static PolicyCapabilities VerifierWithChain { get; } = Verifier with { Bases = Verifier.Bases.Add(Basis.Settlement) };

    /// <summary>Nothing.</summary>
    public static PolicyCapabilities None { get; } = new() { Bases = [] };

    /// <summary>The bases.</summary>
    public required ImmutableHashSet<Basis> Bases { get; init; }

    /// <summary>The peers whose replays it can bring, by their keys' thumbprints.</summary>
    public ImmutableHashSet<Digest32> Peers { get; init; } = [];

    /// <summary>Whether it can tell which peers replayed, whoever they are.</summary>
    public bool AnyPeer { get; init; }

    /// <summary>How sound the proofs are that it can bring, or tell, in bits.</summary>
    public int SoundnessBits { get; init; }

    /// <summary>How many witnesses' cosignatures it can bring, or tell.</summary>
    public int Witnesses { get; init; }

    /// <summary>Whether requests and answers are encrypted between the caller and attested hardware: else nothing there says who could read them.</summary>
    public bool Confidential { get; init; }

    /// <summary>Whether it knows how long logging took.</summary>
    public bool Within { get; init; }

    /// <summary>Whether at least one of the requirement's bases can be appraised with all its parameters.</summary>
    public bool CanAppraise(Requirement requirement)
    {
        ArgumentNullException.ThrowIfNull(requirement);
        return requirement.By.Any(basis => CanAppraise(requirement, basis));
    }

    /// <summary>Whether the requirement can be appraised by this one of its bases.</summary>
    public bool CanAppraise(Requirement requirement, Basis basis)
    {
        ArgumentNullException.ThrowIfNull(requirement);
        return Bases.Contains(basis) && basis switch
        {
            Basis.Replay => AnyPeer || requirement.Peers.IsEmpty || requirement.Peers.Count(Peers.Contains) >= requirement.AtLeast,
            Basis.Tee => requirement.Question != Question.OperatorRead || Confidential,
            Basis.Zk => requirement.MinSoundnessBits is not { } bits || SoundnessBits >= bits,
            Basis.Log => (requirement.Witnesses is not { } count || Witnesses >= count) && (requirement.Within is null || Within),
            _ => true,
        };
    }

    /// <summary>What both together can.</summary>
    public PolicyCapabilities Join(PolicyCapabilities other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new PolicyCapabilities
        {
            Bases = Bases.Union(other.Bases),
            Peers = Peers.Union(other.Peers),
            AnyPeer = AnyPeer || other.AnyPeer,
            SoundnessBits = Math.Max(SoundnessBits, other.SoundnessBits),
            Witnesses = Math.Max(Witnesses, other.Witnesses),
            Confidential = Confidential || other.Confidential,
            Within = Within || other.Within,
        };
    }
}
