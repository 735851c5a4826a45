using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Attestation.Tests;

/// <summary>
/// Every bit of evidence and collateral is signed, or its place is known. A tenth of all bytes of all real documents, in steps of ten
/// from another start in each; every byte with ASSAY_DEEP=1, and every bit of each seventeenth.
/// </summary>
public sealed class FlipTests
{
    private const int Stride = 10;

    /// <summary>Real evidence: the entries whose files weren't made by hand. Of entries that share a file the first.</summary>
    public static TheoryData<string> Real =>
        [.. ManifestVector.All.Where(static vector => !vector.EvidencePath.Contains("negative", StringComparison.Ordinal) && !vector.Id.Contains("/neg/", StringComparison.Ordinal)).DistinctBy(static vector => vector.EvidencePath).Select(static vector => vector.Id)];

    [Theory]
    [MemberData(nameof(Real))]
    public void A_changed_byte_of_evidence_is_refused(string id)
    {
        ManifestVector vector = ManifestVector.All.First(candidate => candidate.Id == id);

        // One quote was published with 39 bytes behind it that nobody signed, and is refused for them: the rest of it is flipped.
        byte[] evidence = id == "tdx/google-v4-spr" ? vector.Evidence[..^39] : vector.Evidence;
        ImmutableArray<AppraisalStep> genuine = EvidenceVerifier.Verify(vector.Type, evidence, vector.Collateral, vector.Anchors, AppraisalTimes.Of(vector.At)).Steps;
        Assert.Equal(CheckResult.Pass, genuine[0].Result);
        List<string> unseen = [];
        foreach ((int at, int bit) in Places(evidence.Length, id.Length))
        {
            byte[] changed = [.. evidence];
            changed[at] ^= (byte)(1 << bit);
            EvidenceReport report = EvidenceVerifier.Verify(vector.Type, changed, vector.Collateral, vector.Anchors, AppraisalTimes.Of(vector.At));
            if (!FailsMore(genuine, report.Steps))
            {
                unseen.Add($"{at}.{bit}");
            }
        }

        // Nothing of evidence is unsigned: lengths and headers must be as they are, padding must be zero, certificates are compared whole.
        Assert.True(unseen.Count == 0, $"{id}: {unseen.Count} unseen: {string.Join(' ', unseen.Take(40))}");
    }

    [Theory]
    [InlineData("tdx/google-v5")]
    [InlineData("snp/ms-genoa")]
    [InlineData("snp/ms-turin")]
    [InlineData("snp/coco-vlek-aws")]
    public void A_changed_byte_of_collateral_makes_it_absent(string id)
    {
        ManifestVector vector = ManifestVector.All.First(candidate => candidate.Id == id);
        ImmutableArray<AppraisalStep> genuine = vector.Verify().Steps;
        List<string> unseen = [];
        for (int piece = 0; piece < vector.Collateral.Items.Length; piece++)
        {
            CollateralItem item = vector.Collateral.Items[piece];
            bool isIssuer = item.Kind == CollateralKind.Certificate && Certificate.TryRead(item.Bytes) is { IsCa: true };
            foreach ((int at, int bit) in isIssuer ? [] : Places(item.Bytes.Length, piece))
            {
                byte[] changed = item.Bytes.ToArray();
                changed[at] ^= (byte)(1 << bit);
                CollateralSet collateral = CollateralSet.Of([.. vector.Collateral.Items.Where(other => other != item), item with { Bytes = changed }]);
                EvidenceReport report = EvidenceVerifier.Verify(vector.Type, vector.Evidence, collateral, vector.Anchors, AppraisalTimes.Of(vector.At));
                if (report.Steps.SequenceEqual(genuine) && !IsAnotherSpelling(item, at, changed))
                {
                    unseen.Add($"{item.Kind} {at}.{bit}");
                }
            }
        }

        Assert.True(unseen.Count == 0, $"{id}: {unseen.Count} unseen: {string.Join(", ", unseen.Take(40))}");
    }

    // The one unsigned place: Intel's signatures stand beside the signed object as hexadecimal digits, of which case means nothing.
    private static bool IsAnotherSpelling(CollateralItem item, int at, byte[] changed)
    {
        if (item.Kind is not (CollateralKind.IntelTcbInfo or CollateralKind.IntelQeIdentity))
        {
            return false;
        }

        int signature = item.Bytes.Span.LastIndexOf("\"signature\""u8);
        return at > signature && char.IsAsciiHexDigit((char)changed[at]) && char.ToLowerInvariant((char)changed[at]) == char.ToLowerInvariant((char)item.Bytes.Span[at]);
    }

    private static bool FailsMore(ImmutableArray<AppraisalStep> genuine, ImmutableArray<AppraisalStep> changed) =>
        changed.Any(step => step.Result == CheckResult.Fail && genuine.First(other => other.Code == step.Code).Result != CheckResult.Fail);

    private static IEnumerable<(int At, int Bit)> Places(int length, int start)
    {
        for (int at = FuzzRun.IsDeep ? 0 : start % Stride; at < length; at += FuzzRun.IsDeep ? 1 : Stride)
        {
            if (FuzzRun.IsDeep && at % 17 == 0)
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    yield return (at, bit);
                }
            }
            else
            {
                yield return (at, (at / Stride + start) % 8);
            }
        }
    }
}
