using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Attestation;

/// <summary>
/// A pile of collateral (spec/attestation.md, "Collateral"), in no order that means anything. Whoever hands it on may add to it or
/// leave out: each piece is signed by a vendor, one that doesn't hold counts as absent, and verifiers take the one that fits and is newest.
/// </summary>
public sealed class CollateralSet
{
    /// <summary>Most pieces.</summary>
    public const int MaxItems = 64;

    /// <summary>Most bytes of one piece.</summary>
    public const int MaxItemLength = 1 << 18;

    /// <summary>Most bytes of the whole.</summary>
    public const int MaxLength = 1 << 20;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.Collateral);

    private CollateralSet(ImmutableArray<CollateralItem> items)
    {
        Items = items;
    }

    /// <summary>No collateral.</summary>
    public static CollateralSet Empty { get; } = new([]);

    /// <summary>The pieces.</summary>
    public ImmutableArray<CollateralItem> Items { get; }

    /// <summary>A pile of these, without repeats.</summary>
    /// <exception cref="ArgumentException">Over a limit.</exception>
    public static CollateralSet Of(IEnumerable<CollateralItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        List<CollateralItem> kept = [];
        long length = 64;
        foreach (CollateralItem item in items)
        {
            if (!kept.Exists(known => known.Kind == item.Kind && known.Bytes.Span.SequenceEqual(item.Bytes.Span)))
            {
                kept.Add(item);
                length += item.Bytes.Length + 16;
            }
        }

        return kept.Count <= MaxItems && length <= MaxLength && kept.TrueForAll(static item => item.Bytes.Length is > 0 and <= MaxItemLength && Enum.IsDefined(item.Kind))
            ? new CollateralSet([.. kept])
            : throw new ArgumentException($"At most {MaxItems} pieces of at most {MaxItemLength} bytes, {MaxLength} together.", nameof(items));
    }

    /// <summary>
    /// What both have, for an appraisal: it may have more pieces than a file, so that what somebody sends can't push out what is here.
    /// </summary>
    public CollateralSet Join(CollateralSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Items.IsEmpty ? this
            : Items.IsEmpty ? other
            : new CollateralSet([.. Items, .. other.Items.Where(item => !Items.Any(known => known.Kind == item.Kind && known.Bytes.Span.SequenceEqual(item.Bytes.Span)))]);
    }

    /// <summary>The pieces of a kind.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> OfKind(CollateralKind kind) => Items.Where(item => item.Kind == kind).Select(static item => item.Bytes);

    /// <summary>The pile's CBOR.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(1024);
        writer.WriteMapHeader(2);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.Collateral);
        writer.WriteUInt(2);
        writer.WriteArrayHeader(Items.Length);
        foreach (CollateralItem item in Items)
        {
            writer.WriteArrayHeader(2);
            writer.WriteUInt((ulong)item.Kind);
            writer.WriteBytes(item.Bytes.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Reads one; keeps views of <paramref name="bytes"/>. Errors: <see cref="AttestationErrors.Collateral"/>, <see cref="AttestationErrors.TooLarge"/>, <c>cbor/…</c>.</summary>
    public static CollateralSet? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        reader.ReadMapHeader(2);
        reader.MapKey(1);
        ReadOnlySpan<byte> profile = reader.ReadTextUtf8();
        reader.MapKey(2);
        int count = reader.ReadArrayHeader();
        if (bytes.Length > MaxLength || count > MaxItems)
        {
            reader.Fail(AttestationErrors.TooLarge);
        }
        else if (!profile.SequenceEqual(Profile))
        {
            reader.Fail(AttestationErrors.Collateral);
        }

        ImmutableArray<CollateralItem>.Builder items = ImmutableArray.CreateBuilder<CollateralItem>();
        for (int left = count; left > 0 && reader.Error is null; left--)
        {
            reader.ReadArrayHeader(2);
            ulong kind = reader.ReadUInt();
            ReadOnlySpan<byte> value = reader.ReadBytes();
            if (reader.Error is null && (kind > int.MaxValue || !Enum.IsDefined((CollateralKind)kind) || value.Length is 0 or > MaxItemLength))
            {
                reader.Fail(AttestationErrors.Collateral);
            }

            if (reader.Error is null)
            {
                items.Add(new CollateralItem((CollateralKind)kind, bytes.Slice(reader.Position - value.Length, value.Length)));
            }
        }

        reader.End();
        error = reader.Error;
        return error is null ? new CollateralSet(items.ToImmutable()) : null;
    }
}
