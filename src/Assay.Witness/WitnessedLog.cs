using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;

namespace Assay.Witness;

/// <summary>What a witness knows of one log. Immutable; its file is <see cref="Encode"/>.</summary>
/// <param name="Keys">Keys that sign its checkpoints: one, or several after a rotation. All have the log's origin as their name.</param>
/// <param name="Latest">The checkpoint that was cosigned last; null before the first.</param>
internal sealed record WitnessedLog(ImmutableArray<NoteVerifierKey> Keys, SignedNote? Latest)
{
    public const int MaxKeys = 8;

    public string Origin => Keys[0].Name;

    /// <summary>0 before the first checkpoint.</summary>
    public ulong Size => Head?.Size ?? 0;

    public Digest32 Root => Head?.Root ?? MerkleTree.EmptyRoot;

    // Not kept in a field, which a copy with another checkpoint would copy too.
    private Checkpoint? Head => Latest is null ? null : Checkpoint.TryParse(Latest.Text, out _);

    /// <summary>Reads a file; null if it isn't one that a witness wrote, down to the log's signature.</summary>
    public static WitnessedLog? TryDecode(ReadOnlySpan<byte> bytes)
    {
        ImmutableArray<NoteVerifierKey>.Builder keys = ImmutableArray.CreateBuilder<NoteVerifierKey>();
        ReadOnlySpan<byte> rest = bytes;
        while (true)
        {
            int end = rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                return null;
            }

            string line = Encoding.UTF8.GetString(rest[..end]);
            rest = rest[(end + 1)..];
            if (line.Length == 0)
            {
                break;
            }

            if (keys.Count == MaxKeys
                || !line.StartsWith("log ", StringComparison.Ordinal)
                || NoteVerifierKey.TryParse(line.AsSpan(4), out _) is not { } key
                || (keys.Count > 0 && keys[0].Name != key.Name))
            {
                return null;
            }

            keys.Add(key);
        }

        if (keys.Count == 0)
        {
            return null;
        }

        if (rest.IsEmpty)
        {
            return new WitnessedLog(keys.ToImmutable(), null);
        }

        return SignedNote.TryParse(rest, out _) is { } note
            && note.Verify(keys).Error is null
            && Checkpoint.TryParse(note.Text, out _)?.Origin == keys[0].Name
                ? new WitnessedLog(keys.ToImmutable(), note)
                : null;
    }

    public byte[] Encode()
    {
        string keys = string.Concat(Keys.Select(static key => $"log {key}\n"));
        return [.. Encoding.UTF8.GetBytes(keys + "\n"), .. Latest?.Encode() ?? []];
    }
}
