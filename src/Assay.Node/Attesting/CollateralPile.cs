using System.Collections.Immutable;
using Assay.Attestation;
using Assay.Files;

namespace Assay.Node.Attesting;

/// <summary>What the operator's collateral folder holds: vendors' statements, and others' word about who holds the machine. Nothing in it is believed for being there.</summary>
/// <remarks>
/// Files that end with <c>.der .cer .crt .crl .pem .json .collateral</c> are collateral in any form that <see cref="CollateralFiles"/> reads;
/// <c>.platform</c> are platform endorsements. Others aren't looked at.
/// </remarks>
internal sealed record CollateralPile(IReadOnlyList<CollateralItem> Items, IReadOnlyList<PlatformEndorsement> Platforms)
{
    private static readonly CollateralPile Empty = new([], []);

    /// <summary>Reads the folder; null folder: nothing.</summary>
    internal static (CollateralPile? Pile, AttesterError? Error) Read(string? folder)
    {
        if (folder is null)
        {
            return (Empty, null);
        }

        List<CollateralItem> items = [];
        List<PlatformEndorsement> platforms = [];
        string path = folder;
        try
        {
            foreach (string file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                path = file;
                if (!Add(Path.GetExtension(file), file, items, platforms))
                {
                    return (null, new AttesterError(AttesterErrors.Collateral, $"{file} isn't what its ending says"));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, new AttesterError(AttesterErrors.Collateral, $"{path}: {e.Message}"));
        }

        return platforms.Count <= AttestationMaterial.MaxItems
            ? (new CollateralPile(items, platforms), null)
            : (null, new AttesterError(AttesterErrors.Collateral, $"{folder} has {platforms.Count} platform endorsements; {AttestationMaterial.MaxItems} go with evidence"));
    }

    /// <summary>With what the hardware handed out, as it goes with evidence; null: too much.</summary>
    internal AttestationMaterial? MaterialWith(CollateralSet handedOut, SignedAttestationPolicy? policy)
    {
        try
        {
            return AttestationMaterial.Create(CollateralSet.Of(handedOut.Items.Concat(Items)), policy is null ? [] : [policy], Platforms);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool Add(string ending, string file, List<CollateralItem> items, List<PlatformEndorsement> platforms)
    {
        switch (ending.ToLowerInvariant())
        {
            case ".der" or ".cer" or ".crt" or ".crl" or ".pem" or ".json" or ".collateral":
                ImmutableArray<CollateralItem>? read = CollateralFiles.TryRead(OwnerOnlyFile.Read(file, CollateralSet.MaxLength), out _);
                items.AddRange(read ?? []);
                return read is not null;
            case ".platform":
                PlatformEndorsement? platform = PlatformEndorsement.TryDecode(OwnerOnlyFile.Read(file, PlatformEndorsement.MaxLength), out _);
                platforms.AddRange(platform is null ? [] : [platform]);
                return platform is not null;
            default:
                return true;
        }
    }
}
