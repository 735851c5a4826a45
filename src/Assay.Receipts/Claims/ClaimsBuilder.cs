using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Merkle;

namespace Assay.Receipts;

/// <summary>
/// Builds claims trees and output trees. One instance serves one thread at a time and is meant to be reused:
/// it keeps its buffers, so that a tree allocates little more than its own bytes.
/// </summary>
public sealed class ClaimsBuilder
{
    internal const int SaltLength = 16;

    // The array's head, the salt's head, the salt: where a leaf's own content starts.
    internal const int LeafHead = 2 + SaltLength;

    private readonly SaltSource _salts;
    private readonly CborWriter _writer = new(4096);
    private readonly MerkleHasher _hasher = new();
    private readonly byte[] _claimSalts = new byte[ClaimRegistry.Fields.Count * SaltLength];
    private readonly int[] _ends = new int[ClaimRegistry.Fields.Count];
    private readonly int[] _starts = new int[ClaimRegistry.Fields.Count];
    private int _next;

    /// <summary>Makes a builder that draws its salts from <paramref name="salts"/>.</summary>
    public ClaimsBuilder(SaltSource salts)
    {
        ArgumentNullException.ThrowIfNull(salts);
        _salts = salts;
    }

    /// <summary>Builds the claims tree: every leaf of the registry, absent ones as null, each with a salt of its own.</summary>
    public SaltedTree BuildClaims(ClaimValues values)
    {
        Digest32 root = HashClaims(values);
        return new SaltedTree(root, _writer.ToArray());
    }

    /// <summary>Builds the claims tree, and writes to <paramref name="stored"/> what <see cref="UnsaltedSections.RestoreClaims"/> makes its section of.</summary>
    /// <returns>The claims root.</returns>
    public Digest32 BuildClaims(ClaimValues values, CborWriter stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        Digest32 root = HashClaims(values);
        stored.WriteArrayHeader(_ends.Length);
        for (int i = 0; i < _ends.Length; i++)
        {
            stored.WriteRaw(_writer.Written[(_starts[i] + LeafHead + ClaimRegistry.Fields[i].EncodedLabel.Length).._ends[i]]);
        }

        return root;
    }

    private Digest32 HashClaims(ClaimValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _salts(_claimSalts);
        _writer.Reset();
        _next = 0;
        _writer.WriteArrayHeader(ClaimRegistry.Groups.Count);
        for (int group = 0; group < ClaimRegistry.Groups.Count; group++)
        {
            int end = ClaimRegistry.GroupStarts[group + 1];
            _writer.WriteArrayHeader(end - _next);
            while (_next < end)
            {
                WriteLeaf(ClaimRegistry.Fields[_next], values);
            }
        }

        ReadOnlySpan<byte> section = _writer.Written;
        Span<Digest32> leaves = stackalloc Digest32[_ends.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            _hasher.Leaf(section[_starts[i].._ends[i]], leaves, i);
        }

        _hasher.Flush(leaves);
        return ClaimsRoot(_hasher, leaves);
    }

    /// <summary>Builds the output tree: one leaf for each part.</summary>
    public SaltedTree BuildOutput(IReadOnlyList<TensorValue> parts)
    {
        Digest32 root = HashOutput(parts, null);
        return new SaltedTree(root, _writer.ToArray());
    }

    /// <summary>Builds the output tree, and writes to <paramref name="stored"/> what <see cref="UnsaltedSections.RestoreOutput"/> makes its section of.</summary>
    /// <returns>The output root.</returns>
    public Digest32 BuildOutput(IReadOnlyList<TensorValue> parts, CborWriter stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return HashOutput(parts, stored);
    }

    private Digest32 HashOutput(IReadOnlyList<TensorValue> parts, CborWriter? stored)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts.Count, TensorValue.MaxCount, nameof(parts));
        Span<byte> salt = stackalloc byte[SaltLength];
        Digest32[] leaves = new Digest32[parts.Count];
        _writer.Reset();
        _writer.WriteArrayHeader(parts.Count);
        stored?.WriteArrayHeader(parts.Count);
        for (int i = 0; i < parts.Count; i++)
        {
            int start = _writer.Written.Length;
            _salts(salt);
            _writer.WriteArrayHeader(TensorValue.Members + 1);
            _writer.WriteBytes(salt);
            parts[i].WriteFields(_writer);
            leaves[i] = MerkleTree.LeafHash(_writer.Written[start..]);
            stored?.WriteArrayHeader(TensorValue.Members);
            stored?.WriteRaw(_writer.Written[(start + LeafHead)..]);
        }

        return MerkleTree.Root(leaves);
    }

    /// <summary>The claims root over the hashes of all leaves: a tree for each group, and one over the group roots. Overwrites the hashes.</summary>
    internal static Digest32 ClaimsRoot(MerkleHasher hasher, Span<Digest32> leaves)
    {
        Span<Digest32> groups = stackalloc Digest32[ClaimRegistry.Groups.Count];
        hasher.Roots(leaves, ClaimRegistry.GroupStarts, groups);
        for (int group = 0; group < groups.Length; group++)
        {
            hasher.Leaf(groups[group].Bytes, leaves, group);
        }

        hasher.Flush(leaves);
        Span<Digest32> root = stackalloc Digest32[1];
        hasher.Roots(leaves, [0, groups.Length], root);
        return root[0];
    }

    private void WriteLeaf(ClaimField field, ClaimValues values)
    {
        _starts[_next] = _writer.Written.Length;
        _writer.WriteArrayHeader(3);
        _writer.WriteBytes(_claimSalts.AsSpan(_next * SaltLength, SaltLength));
        _writer.WriteRaw(field.EncodedLabel);
        ClaimEncoding.WriteValue(_writer, field, values);
        _ends[_next++] = _writer.Written.Length;
    }
}
