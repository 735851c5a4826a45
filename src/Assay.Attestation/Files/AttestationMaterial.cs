using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Attestation;

/// <summary>
/// What goes with evidence and isn't part of it (spec/attestation.md, "Material"): collateral, signed policies, platform endorsements.
/// Nothing in it is believed for being there: vendors sign collateral, and policies and endorsements count by their issuers.
/// </summary>
public sealed class AttestationMaterial
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = (1 << 20) + (1 << 17);

    /// <summary>Most signed policies, and most platform endorsements.</summary>
    public const int MaxItems = 8;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.AttestationMaterial);

    private AttestationMaterial(CollateralSet collateral, ImmutableArray<SignedAttestationPolicy> policies, ImmutableArray<PlatformEndorsement> endorsements, ReadOnlyMemory<byte> bytes)
    {
        Collateral = collateral;
        Policies = policies;
        PlatformEndorsements = endorsements;
        Bytes = bytes;
    }

    /// <summary>Nothing at all.</summary>
    public static AttestationMaterial Empty { get; } = Create(CollateralSet.Empty, [], []);

    /// <summary>The collateral.</summary>
    public CollateralSet Collateral { get; }

    /// <summary>Signed policies; their signatures aren't checked here.</summary>
    public ImmutableArray<SignedAttestationPolicy> Policies { get; }

    /// <summary>Platform endorsements; their signatures aren't checked here.</summary>
    public ImmutableArray<PlatformEndorsement> PlatformEndorsements { get; }

    /// <summary>The material's CBOR.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Puts it together.</summary>
    /// <exception cref="ArgumentException">Over a limit.</exception>
    public static AttestationMaterial Create(CollateralSet collateral, IReadOnlyList<SignedAttestationPolicy> policies, IReadOnlyList<PlatformEndorsement> endorsements)
    {
        ArgumentNullException.ThrowIfNull(collateral);
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(endorsements);
        CborWriter writer = new(1024);
        writer.WriteMapHeader(4);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.AttestationMaterial);
        writer.WriteUInt(2);
        writer.WriteBytes(collateral.Encode());
        writer.WriteUInt(3);
        WriteAll(writer, [.. policies.Select(static policy => policy.Bytes)]);
        writer.WriteUInt(4);
        WriteAll(writer, [.. endorsements.Select(static endorsement => endorsement.Bytes)]);
        return TryDecode(writer.ToArray(), out string? error) ?? throw new ArgumentException($"No material has these parts ({error}).");
    }

    /// <summary>Reads it; keeps views of <paramref name="bytes"/>. Errors: <see cref="AttestationErrors.Material"/>, and those of its parts.</summary>
    public static AttestationMaterial? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        reader.ReadMapHeader(4);
        reader.MapKey(1);
        if (bytes.Length > MaxLength || !reader.ReadTextUtf8().SequenceEqual(Profile))
        {
            reader.Fail(bytes.Length > MaxLength ? AttestationErrors.TooLarge : AttestationErrors.Material);
        }

        reader.MapKey(2);
        ReadOnlyMemory<byte> collateralBytes = ReadBytes(ref reader, bytes);
        reader.MapKey(3);
        ImmutableArray<SignedAttestationPolicy> policies = ReadAll(ref reader, bytes, SignedAttestationPolicy.TryDecode);
        reader.MapKey(4);
        ImmutableArray<PlatformEndorsement> endorsements = ReadAll(ref reader, bytes, PlatformEndorsement.TryDecode);
        reader.End();
        CollateralSet? collateral = reader.Error is null ? CollateralSet.TryDecode(collateralBytes, out error) : null;
        error = reader.Error ?? (collateral is null ? AttestationErrors.Collateral : null);
        return error is null ? new AttestationMaterial(collateral!, policies, endorsements, bytes) : null;
    }

    private delegate T? Decode<T>(ReadOnlyMemory<byte> bytes, out string? error);

    private static void WriteAll(CborWriter writer, ImmutableArray<ReadOnlyMemory<byte>> items)
    {
        writer.WriteArrayHeader(items.Length);
        foreach (ReadOnlyMemory<byte> item in items)
        {
            writer.WriteBytes(item.Span);
        }
    }

    private static ImmutableArray<T> ReadAll<T>(ref CborReader reader, ReadOnlyMemory<byte> source, Decode<T> decode)
        where T : class
    {
        int count = reader.ReadArrayHeader();
        if (count > MaxItems)
        {
            reader.Fail(AttestationErrors.Material);
        }

        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
        for (int left = count; left > 0 && reader.Error is null; left--)
        {
            ReadOnlyMemory<byte> bytes = ReadBytes(ref reader, source);
            if (reader.Error is null && decode(bytes, out string? error) is var item)
            {
                if (item is null)
                {
                    reader.Fail(error ?? AttestationErrors.Material);
                }
                else
                {
                    items.Add(item);
                }
            }
        }

        return items.ToImmutable();
    }

    private static ReadOnlyMemory<byte> ReadBytes(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        ReadOnlySpan<byte> value = reader.ReadBytes();
        return reader.Error is null ? source.Slice(reader.Position - value.Length, value.Length) : default;
    }
}
