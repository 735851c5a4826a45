using System.Text;
using System.Text.Unicode;
using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Whom a verifier trusts: logs and nodes (spec/receipt.md, "Trust file").</summary>
public sealed class TrustFile
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>Most statements.</summary>
    public const int MaxStatements = 4096;

    private static readonly char[] Blanks = [' ', '\t'];

    private readonly HashSet<Digest32> _nodes;
    private readonly List<NoteVerifierKey> _logs;

    private TrustFile(HashSet<Digest32> nodes, List<NoteVerifierKey> logs)
    {
        _nodes = nodes;
        _logs = logs;
    }

    /// <summary>Logs whose checkpoints count.</summary>
    public IReadOnlyList<NoteVerifierKey> Logs => _logs;

    /// <summary>Key-set digests of nodes whose receipts count.</summary>
    public IReadOnlyCollection<Digest32> Nodes => _nodes;

    /// <summary>Whether a <c>node</c> line names this key set.</summary>
    public bool TrustsNode(in Digest32 keySet) => _nodes.Contains(keySet);

    /// <summary>Whether a <c>log</c> line names the key set's origin and log key.</summary>
    public bool TrustsLog(KeySet keySet)
    {
        ArgumentNullException.ThrowIfNull(keySet);
        return keySet.LogVerifierKey is { } key && _logs.Contains(key);
    }

    /// <summary>The lines that would make a verifier trust this node and its log; no line for a log whose key is unusable.</summary>
    public static string LinesFor(KeySet keySet)
    {
        ArgumentNullException.ThrowIfNull(keySet);
        string log = keySet.LogVerifierKey is { } key ? $"log {key}\n" : "";
        return $"node {keySet.Digest}\n{log}";
    }

    /// <summary>Reads a trust file. Errors: <see cref="TrustErrors"/>, with the number of the line (from 1; 0 for the whole file).</summary>
    public static TrustFile? TryParse(ReadOnlySpan<byte> utf8, out string? error, out int line)
    {
        line = 0;
        error = utf8.Length > MaxLength ? TrustErrors.TooLarge : Utf8.IsValid(utf8) ? null : TrustErrors.Utf8;
        if (error is not null)
        {
            return null;
        }

        HashSet<Digest32> nodes = [];
        List<NoteVerifierKey> logs = [];
        foreach (string text in Encoding.UTF8.GetString(utf8).Split('\n'))
        {
            line++;
            string[] words = text.TrimEnd('\r').Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0][0] == '#')
            {
                continue;
            }

            error = words switch
            {
                ["log", string key] => AddLog(key, logs),
                ["node", string hex] => AddNode(hex, nodes),
                ["log" or "node", ..] => TrustErrors.Words,
                _ => TrustErrors.UnknownKind,
            };
            error ??= nodes.Count + logs.Count > MaxStatements ? TrustErrors.TooLarge : null;
            if (error is not null)
            {
                return null;
            }
        }

        return new TrustFile(nodes, logs);
    }

    private static string? AddNode(string hex, HashSet<Digest32> nodes) =>
        !Digest32.TryParseHex(hex, out Digest32 digest) ? TrustErrors.NodeDigest
        : nodes.Add(digest) ? null
        : TrustErrors.Repeated;

    private static string? AddLog(string text, List<NoteVerifierKey> logs)
    {
        if (NoteVerifierKey.TryParse(text, out _) is not { } key)
        {
            return TrustErrors.LogKey;
        }

        if (logs.Contains(key))
        {
            return TrustErrors.Repeated;
        }

        logs.Add(key);
        return null;
    }
}
