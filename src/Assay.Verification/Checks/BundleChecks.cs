using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Primitives.Merkle;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The checks of signature, claims, outputs, attachments and policy.</summary>
internal static class BundleChecks
{
    public static void Run(Bundle bundle, VerificationInput input, CheckTable checks)
    {
        CoseSign1? cose = CoseSign1.TryDecode(bundle.Envelope.Cose.Span, out string? coseError);
        BatchHead? head = cose is null ? null : BatchHead.TryDecode(cose.Payload, out coseError);

        checks.Set(CheckCodes.KeySetDigest, KeySetDigest(bundle, head));
        if (head is not null)
        {
            checks.Set(CheckCodes.BatchInclusion, BatchInclusion(bundle.Envelope, head));
        }

        checks.Set(CheckCodes.BatchSignature, BatchSignature(bundle, cose, input.Signatures) ?? coseError);
        checks.Set(CheckCodes.ClaimsRoot, bundle.Claims.Root() == bundle.Envelope.Statement.ClaimsRoot ? null : DetailCodes.ClaimsRootDiffers);
        checks.Set(CheckCodes.OutputRoot, OutputRoot(bundle));
        Attachments(bundle, checks);
        Policy(bundle, input, checks);
    }

    private static string? KeySetDigest(Bundle bundle, BatchHead? head)
    {
        Digest32 digest = bundle.KeySet.Digest;
        return bundle.Envelope.Statement.KeySet != digest ? DetailCodes.StatementDiffers
            : head is not null && head.KeySet != digest ? DetailCodes.HeadDiffers
            : bundle.Claims.Text(ClaimRegistry.PartiesNode) is { } node && node != bundle.KeySet.Origin ? DetailCodes.OriginDiffers
            : null;
    }

    private static string? BatchInclusion(ReceiptEnvelope envelope, BatchHead head)
    {
        if (envelope.Size != head.Size)
        {
            return DetailCodes.BatchSizeDiffers;
        }

        CheckResult inclusion = MerkleVerifier.Inclusion(envelope.Digest, envelope.Index, envelope.Size, envelope.Path.AsSpan(), head.Root);
        return inclusion == CheckResult.Pass ? null : DetailCodes.BatchPath;
    }

    private static string? BatchSignature(Bundle bundle, CoseSign1? cose, SignatureCache? signatures)
    {
        if (cose is null)
        {
            return null;
        }

        if (signatures is null)
        {
            return cose.Verify(bundle.KeySet.ReceiptKey);
        }

        (string, Digest32) key = SignatureCache.Key(CheckCodes.BatchSignature, bundle.KeySet.Digest, bundle.Envelope.Cose.Span);
        if (signatures.Contains(key))
        {
            return null;
        }

        string? error = cose.Verify(bundle.KeySet.ReceiptKey);
        if (error is null)
        {
            signatures.Add(key);
        }

        return error;
    }

    private static string? OutputRoot(Bundle bundle) =>
        bundle.Output.Root() != bundle.Envelope.Statement.OutputRoot ? DetailCodes.OutputRootDiffers
        : bundle.Claims.UInt(ClaimRegistry.OutputParts) is { } parts && parts != (ulong)bundle.Output.Parts.Count ? DetailCodes.OutputPartsDiffer
        : null;

    private static void Attachments(Bundle bundle, CheckTable checks)
    {
        if (bundle.Attachments.Count == 0)
        {
            checks.Skip(CheckCodes.BundleAttachments, DetailCodes.NoAttachments);
            return;
        }

        IReadOnlySet<Digest32> names = Disclosure.Named(bundle.Claims);
        bool named = bundle.Attachments.All(a => names.Contains(a.Digest));
        checks.Set(CheckCodes.BundleAttachments, named ? null : DetailCodes.AttachmentUnnamed);
    }

    private static void Policy(Bundle bundle, VerificationInput input, CheckTable checks)
    {
        LeafState state = bundle.Claims.State(ClaimRegistry.RequestPolicy);
        if (state != LeafState.Redacted)
        {
            string? text = bundle.Claims.Text(ClaimRegistry.RequestPolicy);
            if (text is null || Digest32.Sha256(System.Text.Encoding.UTF8.GetBytes(text)) != bundle.Envelope.Statement.Policy)
            {
                checks.Fail(CheckCodes.PolicyDigest, DetailCodes.PolicyDigestDiffers);
                return;
            }
        }

        if (bundle.Claims.State(ClaimRegistry.RequestLevelSource) != LeafState.Redacted
            && bundle.Claims.Text(ClaimRegistry.RequestLevelSource) != LevelSources.Text(bundle.Envelope.Statement.LevelSource))
        {
            checks.Fail(CheckCodes.PolicyDigest, DetailCodes.LevelSourceDiffers);
        }
        else if (input.AskedPolicy is { } asked && asked.Digest != bundle.Envelope.Statement.Policy)
        {
            checks.Fail(CheckCodes.PolicyDigest, DetailCodes.PolicyNotAsked);
        }
        else if (state == LeafState.Redacted)
        {
            checks.Skip(CheckCodes.PolicyDigest, DetailCodes.Redacted);
        }
        else
        {
            checks.Pass(CheckCodes.PolicyDigest);
        }
    }
}
