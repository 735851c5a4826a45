using System.Collections.Immutable;
using Assay.Attestation;

namespace Assay.Verification;

/// <summary>Material of two copies of a receipt in one: all of the first, and what fits of the second.</summary>
internal static class MaterialMerge
{
    // What stands around the pieces in CBOR.
    private const int Overhead = 2048;

    /// <summary>The first as it is if the second adds nothing; what can't be read is nothing.</summary>
    public static ReadOnlyMemory<byte>? Of(ReadOnlyMemory<byte>? mine, ReadOnlyMemory<byte>? theirs)
    {
        if (theirs is not { } theirBytes || AttestationMaterial.TryDecode(theirBytes, out _) is not { } other)
        {
            return mine;
        }

        if (mine is not { } myBytes || AttestationMaterial.TryDecode(myBytes, out _) is not { } own)
        {
            return theirs;
        }

        // All that is here comes first: what the other adds of one kind mustn't take the room of what is here of another.
        int collateralLength = LengthOf(own.Collateral.Items, static item => item.Bytes);
        int left = AttestationMaterial.MaxLength - Overhead - collateralLength
            - LengthOf(own.Policies, static policy => policy.Bytes) - LengthOf(own.PlatformEndorsements, static word => word.Bytes);
        ImmutableArray<SignedAttestationPolicy> policies = Join(own.Policies, other.Policies, static policy => policy.Bytes, AttestationMaterial.MaxItems, ref left);
        ImmutableArray<PlatformEndorsement> platforms = Join(own.PlatformEndorsements, other.PlatformEndorsements, static word => word.Bytes, AttestationMaterial.MaxItems, ref left);
        left = Math.Min(left, CollateralSet.MaxLength - Overhead - collateralLength);
        ImmutableArray<CollateralItem> collateral = Join(own.Collateral.Items, other.Collateral.Items, static item => item.Bytes, CollateralSet.MaxItems, ref left);
        bool addsCollateral = collateral.Length > own.Collateral.Items.Length;
        return policies.Length == own.Policies.Length && platforms.Length == own.PlatformEndorsements.Length && !addsCollateral
            ? mine
            : AttestationMaterial.Create(addsCollateral ? CollateralSet.Of(collateral) : own.Collateral, policies, platforms).Bytes;
    }

    private static int LengthOf<T>(ImmutableArray<T> items, Func<T, ReadOnlyMemory<byte>> bytesOf) => items.Sum(item => bytesOf(item).Length + 16);

    // Each piece is signed by somebody, so the same bytes are the same piece.
    private static ImmutableArray<T> Join<T>(ImmutableArray<T> own, ImmutableArray<T> others, Func<T, ReadOnlyMemory<byte>> bytesOf, int most, ref int left)
    {
        List<T> joined = [.. own];
        foreach (T item in others)
        {
            int length = bytesOf(item).Length + 16;
            if (joined.Count < most && length <= left && !joined.Exists(known => bytesOf(known).Span.SequenceEqual(bytesOf(item).Span)))
            {
                joined.Add(item);
                left -= length;
            }
        }

        return [.. joined];
    }
}
