using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Assay.Primitives;

namespace Assay.Attestation.Tests;

/// <summary>One entry of spec/vectors/attestation/manifest.json about a processor's evidence, with its files read.</summary>
internal sealed class ManifestVector
{
    private static readonly Lazy<ImmutableArray<ManifestVector>> Read = new(ReadAll);

    private ManifestVector(JsonElement entry)
    {
        Id = entry.GetProperty("id").GetString()!;
        JsonElement files = entry.GetProperty("files");
        string tee = entry.GetProperty("tee").GetString()!;
        (Type, string file) = tee switch
        {
            "nitro" => (EvidenceType.AwsNitro, "document"),
            "sgx" => (EvidenceType.IntelSgx, "quote"),
            "tdx" => (EvidenceType.IntelTdx, "quote"),
            _ => (EvidenceType.AmdSevSnp, "report"),
        };
        EvidencePath = files.GetProperty(file).GetString()!;
        Evidence = Vectors.Read(EvidencePath);
        At = DateTimeOffset.Parse(entry.GetProperty("at").GetString()!, CultureInfo.InvariantCulture);
        Collateral = CollateralSet.Of(Pieces(files));
        Anchors = files.TryGetProperty("chain", out JsonElement chain) ? AnchorsOf(chain.GetString()!) : TrustAnchors.BuiltIn;
    }

    /// <summary>All entries but those about graphics processors.</summary>
    internal static ImmutableArray<ManifestVector> All => Read.Value;

    internal string Id { get; }

    internal EvidenceType Type { get; }

    internal string EvidencePath { get; }

    internal byte[] Evidence { get; }

    internal DateTimeOffset At { get; }

    internal CollateralSet Collateral { get; }

    internal TrustAnchors Anchors { get; }

    internal EvidenceReport Verify() => EvidenceVerifier.Verify(Type, Evidence, Collateral, Anchors, AppraisalTimes.Of(At));

    /// <summary>Appraises it under a policy that pins what it measured, accepts no mode, and only <c>snp/no-crl</c>; <paramref name="rules"/> are further rules.</summary>
    internal Appraisal Appraise(string accept = "", string rules = "") => Appraise(Evidence, VectorPolicy.For(Type, Verify().Facts, accept, rules));

    internal Appraisal Appraise(ReadOnlyMemory<byte> evidence, AttestationPolicy policy) => Appraiser.Appraise(new AppraisalInput
    {
        Evidence = AttestationEvidence.Create(Type, evidence.Span, VectorPolicy.Binding.Bytes.Span),
        Policies = [policy],
        Times = AppraisalTimes.Of(At),
        Collateral = Collateral,
        Anchors = Anchors,
    });

    /// <summary>The first step in the way, as <c>code result detail</c>.</summary>
    internal static string FirstInTheWay(Appraisal appraisal, params ReadOnlySpan<string> accepted)
    {
        foreach (AppraisalStep step in appraisal.Steps)
        {
            if (step.Result == CheckResult.Fail || (step.Result == CheckResult.NotEvaluated && !accepted.Contains(step.Detail ?? "")))
            {
                return $"{step.Code} {(step.Result == CheckResult.Fail ? "" : "not evaluated ")}{step.Detail}";
            }
        }

        return "accepted";
    }

    private static ImmutableArray<ManifestVector> ReadAll()
    {
        using JsonDocument manifest = JsonDocument.Parse(Vectors.Read("manifest.json"));
        return [.. manifest.RootElement.GetProperty("vectors").EnumerateArray().Where(static entry => entry.GetProperty("tee").GetString() is "nitro" or "sgx" or "tdx" or "snp").Select(static entry => new ManifestVector(entry))];
    }

    // Every file that the entry names beside the evidence; "pckCrlFromBundle" names a bundle of which only the lists count.
    private static List<CollateralItem> Pieces(JsonElement files)
    {
        List<CollateralItem> items = [];
        foreach (JsonProperty file in files.EnumerateObject())
        {
            if (file.Name == "collateral")
            {
                items.AddRange(Pieces(file.Value));
            }
            else if (file.Name is not ("document" or "quote" or "report" or "suppliedChain"))
            {
                ImmutableArray<CollateralItem> pieces = CollateralFiles.TryRead(Vectors.Read(file.Value.GetString()!), out string? error) ?? throw new InvalidOperationException($"{file.Value}: {error}");
                items.AddRange(pieces.Where(piece => file.Name != "pckCrlFromBundle" || piece.Kind != CollateralKind.IntelTcbInfo));
            }
        }

        return items;
    }

    private static TrustAnchors AnchorsOf(string chain) => new()
    {
        AmdMilan = chain.Contains("milan", StringComparison.Ordinal) ? TrustAnchors.BuiltIn.AmdMilan : [],
        AmdGenoa = chain.Contains("genoa", StringComparison.Ordinal) ? TrustAnchors.BuiltIn.AmdGenoa : [],
        AmdTurin = chain.Contains("turin", StringComparison.Ordinal) ? TrustAnchors.BuiltIn.AmdTurin : [],
    };
}
