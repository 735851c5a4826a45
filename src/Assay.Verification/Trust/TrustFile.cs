using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Whom a verifier trusts, and what it knows about keys (spec/trust.md).</summary>
public sealed class TrustFile
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>Most statements.</summary>
    public const int MaxStatements = 4096;

    private readonly HashSet<Digest32> _nodes;

    internal TrustFile(TrustFileReader reader)
    {
        _nodes = [.. reader.Nodes];
        Nodes = reader.Nodes;
        Logs = reader.Logs;
        Witnesses = reader.Witnesses;
        Groups = reader.Groups;
        Quorum = reader.Quorum == TrustFileReader.None ? null : reader.Quorum;
        Replayers = reader.Replayers;
        Auditors = reader.Auditors;
        Publishers = reader.Publishers;
        PolicyIssuers = reader.PolicyIssuers;
        PlatformEndorsers = reader.PlatformEndorsers;
        Ends = reader.Ends;
    }

    /// <summary>Key-set digests of nodes whose receipts count.</summary>
    public IReadOnlyList<Digest32> Nodes { get; }

    /// <summary>Logs whose checkpoints count.</summary>
    public IReadOnlyList<TrustedLog> Logs { get; }

    /// <summary>Witnesses whose cosignatures count.</summary>
    public IReadOnlyList<TrustedWitness> Witnesses { get; }

    /// <summary>Groups of witnesses, each after its members.</summary>
    public IReadOnlyList<WitnessGroup> Groups { get; }

    /// <summary>The witness or group that must have cosigned a checkpoint; null if nobody has to.</summary>
    public string? Quorum { get; }

    /// <summary>Those whose statements about re-execution count.</summary>
    public IReadOnlyList<TrustedParty> Replayers { get; }

    /// <summary>Those whose audits count.</summary>
    public IReadOnlyList<TrustedParty> Auditors { get; }

    /// <summary>Those whose signed statements about models count.</summary>
    public IReadOnlyList<TrustedPublisher> Publishers { get; }

    /// <summary>Those whose signed policies for evidence count (spec/attestation.md, "Policy").</summary>
    public IReadOnlyList<TrustedPolicyIssuer> PolicyIssuers { get; }

    /// <summary>Those whose word about who holds a machine counts (spec/attestation.md, "Platform endorsement").</summary>
    public IReadOnlyList<TrustedPlatformEndorser> PlatformEndorsers { get; }

    /// <summary>Key sets that were revoked or retired.</summary>
    public IReadOnlyList<KeySetEnd> Ends { get; }

    /// <summary>Whether a <c>node</c> line names this key set.</summary>
    public bool TrustsNode(in Digest32 keySet) => _nodes.Contains(keySet);

    /// <summary>The name of the publisher with this key; null if no <c>publisher</c> line names it.</summary>
    public string? PublisherName(in Digest32 thumbprint)
    {
        foreach (TrustedPublisher publisher in Publishers)
        {
            if (publisher.Thumbprint == thumbprint)
            {
                return publisher.Name;
            }
        }

        return null;
    }

    /// <summary>Whether a <c>log</c> line names the key set's origin and log key.</summary>
    public bool TrustsLog(KeySet keySet)
    {
        ArgumentNullException.ThrowIfNull(keySet);
        return keySet.LogVerifierKey is { } key && Logs.Any(log => log.Key.Equals(key));
    }

    /// <summary>
    /// The earliest time by which the quorum was met: a witness's is that of its cosignature, a group's that of the
    /// threshold-th of its members.
    /// </summary>
    /// <param name="cosigned">Times of cosignatures (any unit), by witness's name; who hasn't cosigned isn't in it.</param>
    /// <returns>Null if the quorum isn't met, or the file has none.</returns>
    public long? QuorumTime(IReadOnlyDictionary<string, long> cosigned)
    {
        ArgumentNullException.ThrowIfNull(cosigned);
        if (Quorum is null)
        {
            return null;
        }

        // A group stands after its members, so one pass in the file's order does it without recursion.
        Dictionary<string, long> reached = Witnesses.Where(w => cosigned.ContainsKey(w.Name)).ToDictionary(static w => w.Name, w => cosigned[w.Name]);
        foreach (WitnessGroup group in Groups)
        {
            List<long> times = [.. group.Members.Where(reached.ContainsKey).Select(member => reached[member]).Order()];
            if (times.Count >= group.Threshold)
            {
                reached[group.Name] = times[group.Threshold - 1];
            }
        }

        return reached.TryGetValue(Quorum, out long time) ? time : null;
    }

    /// <summary>The lines that would make a verifier trust this node and its log; no line for a log whose key is unusable.</summary>
    public static string LinesFor(KeySet keySet)
    {
        ArgumentNullException.ThrowIfNull(keySet);
        string log = keySet.LogVerifierKey is { } key ? $"log {key}\n" : "";
        return $"node {keySet.Digest}\n{log}";
    }

    /// <summary>Reads a trust file; null with the first problem's code (<see cref="TrustErrors"/>) and line (from 1; 0 for the whole file).</summary>
    public static TrustFile? TryParse(ReadOnlySpan<byte> utf8, out string? error, out int line)
    {
        TrustFile? file = Read(utf8, out IReadOnlyList<TrustProblem> problems);
        error = problems.Count == 0 ? null : problems[0].Code;
        line = problems.Count == 0 ? 0 : problems[0].Line;
        return file;
    }

    /// <summary>Reads a trust file; null with its problems, in order, at most one for a line and at most 100.</summary>
    public static TrustFile? Read(ReadOnlySpan<byte> utf8, out IReadOnlyList<TrustProblem> problems)
    {
        TrustFileReader reader = new();
        reader.Read(utf8);
        problems = reader.Problems;
        return reader.Problems.Count == 0 ? new TrustFile(reader) : null;
    }
}
