using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Merkle;

namespace Assay.Receipts;

/// <summary>The output parts of a bundle: each shown, or only its hash.</summary>
public sealed class DisclosedOutput
{
    private readonly Leaf[] _leaves;
    private readonly TensorValue?[] _parts;

    private DisclosedOutput(Leaf[] leaves, TensorValue?[] parts)
    {
        _leaves = leaves;
        _parts = parts;
    }

    /// <summary>The parts in order; null where redacted. Views of the bundle's bytes.</summary>
    public IReadOnlyList<TensorValue?> Parts => _parts;

    /// <summary>Number of redacted parts.</summary>
    public int RedactedCount => _parts.Count(static part => part is null);

    /// <summary>All parts, or null if one is redacted.</summary>
    public IReadOnlyList<TensorValue>? AllParts => RedactedCount == 0 ? [.. _parts.Select(static part => part!)] : null;

    /// <summary>The output root that the parts lead to.</summary>
    public Digest32 Root()
    {
        Digest32[] hashes = new Digest32[_leaves.Length];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = _leaves[i].LeafHash();
        }

        return MerkleTree.Root(hashes);
    }

    /// <summary>Reads the output section; keeps views of <paramref name="section"/>. Errors: <c>output/leaf</c> and <c>tensor/…</c> of <see cref="ReceiptErrors"/>, <c>cbor/…</c>.</summary>
    public static DisclosedOutput? TryDecode(ReadOnlyMemory<byte> section, out string? error)
    {
        CborReader reader = new(section.Span);
        int count = reader.ReadArrayHeader();
        if (count > TensorValue.MaxCount)
        {
            reader.Fail(ReceiptErrors.TensorCount);
            count = 0;
        }

        Leaf[] leaves = new Leaf[count];
        TensorValue?[] parts = new TensorValue?[count];
        for (int i = 0; i < count && reader.Error is null; i++)
        {
            if (reader.Peek() == CborKind.Bytes)
            {
                leaves[i] = new Leaf { Hash = Leaf.ReadRedacted(ref reader) };
                continue;
            }

            int start = reader.Position;
            if (reader.ReadArrayHeader() != 5 || reader.ReadBytes().Length != ClaimsBuilder.SaltLength)
            {
                reader.Fail(ReceiptErrors.OutputLeaf);
            }

            parts[i] = TensorValue.ReadFields(ref reader, section, mayBeText: true);
            leaves[i] = new Leaf { State = LeafState.Disclosed, Encoded = section[start..reader.Position] };
        }

        reader.End();
        error = reader.Error;
        return error is null ? new DisclosedOutput(leaves, parts) : null;
    }

    /// <summary>The same parts, redacted where <paramref name="keep"/> is false for the part's name.</summary>
    internal DisclosedOutput Redact(Func<string, bool> keep)
    {
        Leaf[] leaves = new Leaf[_leaves.Length];
        TensorValue?[] parts = new TensorValue?[_leaves.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            bool kept = _parts[i] is { } part && keep(part.Name);
            leaves[i] = kept ? _leaves[i] : new Leaf { Hash = _leaves[i].LeafHash() };
            parts[i] = kept ? _parts[i] : null;
        }

        return new DisclosedOutput(leaves, parts);
    }

    /// <summary>Writes the output section.</summary>
    internal void Write(CborWriter writer)
    {
        writer.WriteArrayHeader(_leaves.Length);
        foreach (Leaf leaf in _leaves)
        {
            leaf.Write(writer);
        }
    }
}
