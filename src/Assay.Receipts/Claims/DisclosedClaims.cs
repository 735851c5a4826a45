using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Merkle;

namespace Assay.Receipts;

/// <summary>
/// The claims of a bundle: for each leaf of the registry its value, its absence, or only its hash.
/// The accessors return null where a leaf isn't disclosed; <see cref="State"/> says whether it is redacted or absent.
/// </summary>
public sealed class DisclosedClaims
{
    private readonly Leaf[] _leaves;

    private DisclosedClaims(Leaf[] leaves) => _leaves = leaves;

    /// <summary>Number of redacted leaves.</summary>
    public int RedactedCount
    {
        get
        {
            int count = 0;
            foreach (Leaf leaf in _leaves)
            {
                count += leaf.State == LeafState.Redacted ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>What is shown of a leaf.</summary>
    public LeafState State(ClaimField field) => _leaves[field.Index].State;

    /// <summary>The CBOR of a leaf, salt and label included; empty if redacted.</summary>
    public ReadOnlySpan<byte> LeafBytes(ClaimField field) => _leaves[field.Index].Encoded.Span;

    /// <summary>The value of a text leaf.</summary>
    public string? Text(ClaimField field)
    {
        Demand(field, ClaimType.Text);
        return State(field) == LeafState.Disclosed ? Reader(field).ReadText() : null;
    }

    /// <summary>The value of a digest leaf.</summary>
    public Digest32? Digest(ClaimField field)
    {
        Demand(field, ClaimType.Digest);
        return State(field) == LeafState.Disclosed ? Reader(field).ReadDigest() : null;
    }

    /// <summary>The value of a byte string leaf.</summary>
    public byte[]? Bytes(ClaimField field)
    {
        Demand(field, ClaimType.Bytes);
        return State(field) == LeafState.Disclosed ? Reader(field).ReadBytes().ToArray() : null;
    }

    /// <summary>The value of an unsigned integer leaf.</summary>
    public ulong? UInt(ClaimField field)
    {
        Demand(field, ClaimType.UInt);
        return State(field) == LeafState.Disclosed ? Reader(field).ReadUInt() : null;
    }

    /// <summary>The value of a leaf that is an array of texts.</summary>
    public IReadOnlyList<string>? Texts(ClaimField field)
    {
        Demand(field, ClaimType.Texts);
        if (State(field) != LeafState.Disclosed)
        {
            return null;
        }

        CborReader reader = Reader(field);
        string[] texts = new string[reader.ReadArrayHeader()];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.ReadText();
        }

        return texts;
    }

    /// <summary>The value of a leaf that is an array of digests.</summary>
    public IReadOnlyList<Digest32>? Digests(ClaimField field)
    {
        Demand(field, ClaimType.Digests);
        if (State(field) != LeafState.Disclosed)
        {
            return null;
        }

        CborReader reader = Reader(field);
        Digest32[] digests = new Digest32[reader.ReadArrayHeader()];
        for (int i = 0; i < digests.Length; i++)
        {
            digests[i] = reader.ReadDigest();
        }

        return digests;
    }

    /// <summary>The value of a leaf that is an array of tensors; views of the bundle's bytes.</summary>
    public IReadOnlyList<TensorValue>? Tensors(ClaimField field)
    {
        Demand(field, ClaimType.Tensors);
        if (State(field) != LeafState.Disclosed)
        {
            return null;
        }

        CborReader reader = Reader(field);
        return TensorValue.ReadAll(ref reader, _leaves[field.Index].Value);
    }

    /// <summary>The claims root that the leaves lead to.</summary>
    public Digest32 Root()
    {
        MerkleHasher hasher = new();
        Span<Digest32> hashes = stackalloc Digest32[_leaves.Length];
        for (int i = 0; i < hashes.Length; i++)
        {
            if (_leaves[i].State == LeafState.Redacted)
            {
                hashes[i] = _leaves[i].Hash;
            }
            else
            {
                hasher.Leaf(_leaves[i].Encoded.Span, hashes, i);
            }
        }

        hasher.Flush(hashes);
        return ClaimsBuilder.ClaimsRoot(hasher, hashes);
    }

    /// <summary>Reads the claims section; keeps views of <paramref name="section"/>. Errors: <c>claims/…</c> and <c>tensor/…</c> of <see cref="ReceiptErrors"/>, <c>cbor/…</c>.</summary>
    public static DisclosedClaims? TryDecode(ReadOnlyMemory<byte> section, out string? error)
    {
        CborReader reader = new(section.Span);
        if (reader.ReadArrayHeader() != ClaimRegistry.Groups.Count)
        {
            reader.Fail(ReceiptErrors.ClaimsLayout);
        }

        Leaf[] leaves = new Leaf[ClaimRegistry.Fields.Count];
        for (int group = 0; group < ClaimRegistry.Groups.Count && reader.Error is null; group++)
        {
            int start = ClaimRegistry.GroupStarts[group];
            int end = ClaimRegistry.GroupStarts[group + 1];
            if (reader.ReadArrayHeader() != end - start)
            {
                reader.Fail(ReceiptErrors.ClaimsLayout);
            }

            for (int i = start; i < end && reader.Error is null; i++)
            {
                leaves[i] = ReadLeaf(ref reader, section, ClaimRegistry.Fields[i]);
            }
        }

        reader.End();
        error = reader.Error;
        return error is null ? new DisclosedClaims(leaves) : null;
    }

    /// <summary>The same claims with every leaf redacted that <paramref name="keep"/> doesn't name.</summary>
    internal DisclosedClaims Redact(Func<ClaimField, bool> keep)
    {
        Leaf[] leaves = new Leaf[_leaves.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            leaves[i] = keep(ClaimRegistry.Fields[i]) ? _leaves[i] : new Leaf { Hash = _leaves[i].LeafHash() };
        }

        return new DisclosedClaims(leaves);
    }

    /// <summary>Writes the claims section.</summary>
    internal void Write(CborWriter writer)
    {
        writer.WriteArrayHeader(ClaimRegistry.Groups.Count);
        for (int group = 0; group < ClaimRegistry.Groups.Count; group++)
        {
            int start = ClaimRegistry.GroupStarts[group];
            int end = ClaimRegistry.GroupStarts[group + 1];
            writer.WriteArrayHeader(end - start);
            for (int i = start; i < end; i++)
            {
                _leaves[i].Write(writer);
            }
        }
    }

    private static Leaf ReadLeaf(ref CborReader reader, ReadOnlyMemory<byte> section, ClaimField field)
    {
        if (reader.Peek() == CborKind.Bytes)
        {
            return new Leaf { Hash = Leaf.ReadRedacted(ref reader) };
        }

        int start = reader.Position;
        if (reader.ReadArrayHeader() != 3 || reader.ReadBytes().Length != ClaimsBuilder.SaltLength)
        {
            reader.Fail(ReceiptErrors.ClaimsLeaf);
        }

        if (!reader.ReadTextUtf8().SequenceEqual(field.LabelUtf8))
        {
            reader.Fail(ReceiptErrors.ClaimsLabel);
        }

        int valueStart = reader.Position;
        bool absent = reader.Peek() == CborKind.Null;
        if (absent)
        {
            reader.ReadNull();
        }
        else
        {
            ReadValue(ref reader, section, field.Type);
        }

        return reader.Error is not null ? default : new Leaf
        {
            State = absent ? LeafState.Absent : LeafState.Disclosed,
            Encoded = section[start..reader.Position],
            Value = section[valueStart..reader.Position],
        };
    }

    // Checks that the next item has the type; what it says is read again when it is asked for.
    private static void ReadValue(ref CborReader reader, ReadOnlyMemory<byte> section, ClaimType type)
    {
        CborKind expected = type switch
        {
            ClaimType.Text => CborKind.Text,
            ClaimType.Digest or ClaimType.Bytes => CborKind.Bytes,
            ClaimType.UInt => CborKind.UnsignedInteger,
            ClaimType.Tensors or ClaimType.Texts or ClaimType.Digests => CborKind.Array,
            _ => CborKind.None,
        };
        if (reader.Peek() != expected || expected == CborKind.None)
        {
            reader.Fail(ReceiptErrors.ClaimsType);
            return;
        }

        switch (type)
        {
            case ClaimType.Text:
                reader.ReadTextUtf8();
                break;
            case ClaimType.Digest:
                ReadDigestStrictly(ref reader);
                break;
            case ClaimType.Bytes:
                reader.ReadBytes();
                break;
            case ClaimType.UInt:
                reader.ReadUInt();
                break;
            case ClaimType.Tensors:
                TensorValue.ReadAll(ref reader, section);
                break;
            case ClaimType.Texts:
                for (int left = reader.ReadArrayHeader(); left > 0 && reader.Error is null; left--)
                {
                    reader.ReadTextUtf8();
                }

                break;
            default:
                for (int left = reader.ReadArrayHeader(); left > 0 && reader.Error is null; left--)
                {
                    ReadDigestStrictly(ref reader);
                }

                break;
        }
    }

    private static void ReadDigestStrictly(ref CborReader reader)
    {
        if (reader.ReadBytes().Length != Digest32.Size)
        {
            reader.Fail(ReceiptErrors.ClaimsType);
        }
    }

    private static void Demand(ClaimField field, ClaimType type)
    {
        if (field.Type != type)
        {
            throw new ArgumentException($"{field.Name} isn't of type {type}.", nameof(field));
        }
    }

    private CborReader Reader(ClaimField field) => new(_leaves[field.Index].Value.Span);
}
