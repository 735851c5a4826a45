using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>One leaf of the claims tree, as the registry defines it.</summary>
public sealed class ClaimField
{
    internal ClaimField(int index, int group, string groupName, string label, ClaimType type)
    {
        Index = index;
        Group = group;
        Label = label;
        Type = type;
        Name = groupName + "." + label;
        CborWriter writer = new();
        writer.WriteText(label);
        EncodedLabel = writer.ToArray();
    }

    /// <summary>Place among all leaves, from 0.</summary>
    public int Index { get; }

    /// <summary>Group, 0 to 7.</summary>
    public int Group { get; }

    /// <summary>The label in the leaf, for example <c>model_id</c>.</summary>
    public string Label { get; }

    /// <summary>The type of the value.</summary>
    public ClaimType Type { get; }

    /// <summary>Group and label, for example <c>model.model_id</c>: the name by which people disclose it.</summary>
    public string Name { get; }

    // The label's CBOR, written into every leaf of every receipt.
    internal byte[] EncodedLabel { get; }

    // Labels are shorter than 24 bytes, so their head is one byte.
    internal ReadOnlySpan<byte> LabelUtf8 => EncodedLabel.AsSpan(1);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
