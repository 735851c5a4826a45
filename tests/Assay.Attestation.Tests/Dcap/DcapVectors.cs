using System.Text.Json;
using Assay.Testing;

namespace Assay.Attestation.Tests.Dcap;

/// <summary>The real quotes and collateral of spec/vectors/attestation, by their ids in its manifest.</summary>
internal static class DcapVectors
{
    private static readonly string Folder = Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "attestation");

    private static readonly Dictionary<string, JsonElement> Manifest = JsonDocument.Parse(Bytes("manifest.json")).RootElement
        .GetProperty("vectors").EnumerateArray()
        .Where(static vector => vector.GetProperty("tee").GetString() is "tdx" or "sgx")
        .ToDictionary(static vector => vector.GetProperty("id").GetString()!);

    internal static IEnumerable<string> Ids => Manifest.Keys;

    internal static byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Folder, path));

    internal static EvidenceType Type(string id) => id.StartsWith("sgx", StringComparison.Ordinal) ? EvidenceType.IntelSgx : EvidenceType.IntelTdx;

    internal static byte[] Quote(string id) => Bytes(Manifest[id].GetProperty("files").GetProperty("quote").GetString()!);

    internal static DateTimeOffset At(string id) => Manifest[id].GetProperty("at").GetDateTimeOffset();

    internal static JsonElement Expected(string id) => Manifest[id].GetProperty("expect");

    /// <summary>The collateral that the manifest names; none if it names none.</summary>
    internal static CollateralSet Collateral(string id) => Manifest[id].GetProperty("files").TryGetProperty("collateral", out JsonElement files)
        ? Files([.. files.EnumerateObject().Where(static file => file.Name != "pckCrlFromBundle").Select(static file => file.Value.GetString()!)], files)
        : CollateralSet.Empty;

    internal static CollateralSet Files(params string[] paths) => CollateralSet.Of(paths.SelectMany(static path => Items(path)));

    internal static IReadOnlyList<CollateralItem> Items(string path) =>
        CollateralFiles.TryRead(Bytes(path), out string? error) ?? throw new InvalidDataException($"{path}: {error}");

    internal static EvidenceReport Verify(string id, CollateralSet? collateral = null, AppraisalTimes? times = null) =>
        EvidenceVerifier.Verify(Type(id), Quote(id), collateral ?? Collateral(id), TrustAnchors.BuiltIn, times ?? AppraisalTimes.Of(At(id)));

    private static CollateralSet Files(string[] paths, JsonElement files)
    {
        IEnumerable<CollateralItem> items = paths.SelectMany(static path => Items(path));
        if (files.TryGetProperty("pckCrlFromBundle", out JsonElement bundle))
        {
            items = items.Concat(Items(bundle.GetString()!).Where(static item => item.Kind == CollateralKind.RevocationList));
        }

        return CollateralSet.Of(items);
    }
}
