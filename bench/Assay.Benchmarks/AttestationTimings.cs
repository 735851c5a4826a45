using System.Text.Json;
using Assay.Attestation;

namespace Assay.Benchmarks;

/// <summary>
/// Verifying the repository's real evidence, collateral included, as an appraisal does it each time: one thread, by its processor time.
/// Signatures of certificates and lists are remembered from the first time on; everything else is read and verified anew.
/// </summary>
internal static class AttestationTimings
{
    private static readonly string[] EvidenceNames = ["document", "report", "quote"];

    public static void Run(double seconds)
    {
        string folder = Path.Combine(ShippedModel.ModelsFolder(), "..", "spec", "vectors", "attestation");
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "manifest.json")));
        foreach (JsonElement vector in manifest.RootElement.GetProperty("vectors").EnumerateArray())
        {
            string id = vector.GetProperty("id").GetString()!;
            EvidenceType? type = vector.GetProperty("tee").GetString() switch
            {
                "nitro" => EvidenceType.AwsNitro,
                "snp" => EvidenceType.AmdSevSnp,
                "tdx" => EvidenceType.IntelTdx,
                "sgx" => EvidenceType.IntelSgx,
                _ => null,
            };
            if (type is null || id.Contains("/neg/", StringComparison.Ordinal))
            {
                continue;
            }

            JsonElement files = vector.GetProperty("files");
            string evidence = EvidenceNames.First(name => files.TryGetProperty(name, out _));
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, files.GetProperty(evidence).GetString()!));
            CollateralSet collateral = CollateralSet.Of(Paths(files).Where(path => path != files.GetProperty(evidence).GetString())
                .SelectMany(path => CollateralFiles.TryRead(File.ReadAllBytes(Path.Combine(folder, path)), out _)!.Value));
            AppraisalTimes times = AppraisalTimes.Of(vector.GetProperty("at").GetDateTimeOffset());
            (double best, double median) = ProverKernels.Measure(seconds, () => EvidenceVerifier.Verify(type.Value, bytes, collateral, TrustAnchors.BuiltIn, times));
            Console.WriteLine(FormattableString.Invariant($"{id,-36} {best / 1e6,7:0.00} ms [{median / 1e6:0.00}]"));
        }
    }

    private static IEnumerable<string> Paths(JsonElement files) => files.EnumerateObject().SelectMany(static file =>
        file.Value.ValueKind == JsonValueKind.String ? [file.Value.GetString()!] : file.Value.ValueKind == JsonValueKind.Object ? Paths(file.Value) : []);
}
