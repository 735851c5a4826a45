using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Assay.Attestation;

/// <summary>
/// Verifies Intel quotes, SGX and TDX, with Intel's collateral (spec/attestation.md, "Steps"; the order of checks is that of Intel's
/// QVL, Src/AttestationLibrary). Two signatures of one message verify where one does, so a quote's bytes are no identity of anything.
/// </summary>
internal static class DcapVerifier
{
    internal static EvidenceReport Verify(EvidenceType type, ReadOnlyMemory<byte> evidence, CollateralSet collateral, TrustAnchors anchors, AppraisalTimes times)
    {
        StepTable steps = new(StepCodes.Parse, StepCodes.Signature, StepCodes.Chain, StepCodes.Revocation, StepCodes.Collateral, StepCodes.Signer, StepCodes.Tcb);
        if (DcapQuote.TryRead(evidence, type, out string? error) is not { } quote)
        {
            steps.Set(StepCodes.Parse, error);
            return new EvidenceReport(steps.Steps, null);
        }

        DcapChain? chain = DcapChain.TryRead(quote.Certificates.Span);
        steps.Set(StepCodes.Parse, error ?? (chain is null ? DcapErrors.Certificates : null));
        EvidenceFacts facts = DcapFacts.Of(type, quote, chain?.Pck, chain?.Leaf.IssuerCommonName);
        if (chain is not null)
        {
            facts = Verify(steps, quote, chain, collateral, anchors, times, facts);
        }

        return new EvidenceReport(steps.Steps, facts);
    }

    private static EvidenceFacts Verify(
        StepTable steps, DcapQuote quote, DcapChain chain, CollateralSet collateral, TrustAnchors anchors, AppraisalTimes times, EvidenceFacts facts)
    {
        steps.Set(StepCodes.Signature, CheckSignatures(quote, chain.Leaf.Key));
        if (!steps.Passes(StepCodes.Signature))
        {
            return facts;
        }

        steps.Set(StepCodes.Chain, chain.Check(anchors.Intel, times.At));
        if (!steps.Passes(StepCodes.Chain) || chain.Pck is not { } pck)
        {
            return facts;
        }

        RevocationList? rootList = CheckRevocation(steps, chain, collateral, times);
        DcapCollateral? chosen = DcapCollateral.Choose(collateral, quote.Td is not null, pck, chain.Root, rootList, times, out string? error, out bool missing);
        if (chosen is null)
        {
            if (missing)
            {
                steps.Skip(StepCodes.Collateral, error!);
            }
            else
            {
                steps.Set(StepCodes.Collateral, error);
            }

            return facts;
        }

        steps.Set(StepCodes.Collateral, null);
        steps.Set(StepCodes.Signer, chosen.QeIdentity.Is(quote.QeReport) ? null : DcapErrors.QeIdentity);
        if (!steps.Passes(StepCodes.Signer))
        {
            return facts;
        }

        TcbAssessment assessment = TcbAssessment.Of(quote, pck, chosen.TcbInfo, chosen.QeIdentity);
        steps.Set(StepCodes.Tcb, assessment.Error);
        return DcapFacts.With(facts, assessment, chosen);
    }

    /// <summary>The platform's key vouches for the quoting enclave, its report for the attestation key, and that for the quote.</summary>
    private static string? CheckSignatures(DcapQuote quote, PublicKey? platform)
    {
        if (platform?.Kind != PublicKeyKind.P256)
        {
            return CertificateErrors.Key;
        }

        if (PublicKey.TryFromPoint(quote.AttestationKey.Span) is not { } attestation)
        {
            return DcapErrors.AttestationKey;
        }

        Span<byte> bound = stackalloc byte[64];
        bound.Clear();
        SHA256.HashData([.. quote.AttestationKey.Span, .. quote.QeAuthenticationData.Span], bound);
        return !platform.VerifiesRaw(quote.QeReport.Bytes.Span, quote.QeReportSignature.Span) ? DcapErrors.QeReportSignature
            : !CryptographicOperations.FixedTimeEquals(bound, quote.QeReport.ReportData.Span) ? DcapErrors.KeyBinding
            : !attestation.VerifiesRaw(quote.Signed.Span, quote.Signature.Span) ? DcapErrors.QuoteSignature
            : null;
    }

    /// <summary>Makes the step, and gives the root's list for other certificates of the root.</summary>
    private static RevocationList? CheckRevocation(StepTable steps, DcapChain chain, CollateralSet collateral, AppraisalTimes times)
    {
        ImmutableArray<RevocationList> lists = [.. collateral.OfKind(CollateralKind.RevocationList).Select(RevocationList.TryRead).OfType<RevocationList>()];
        RevocationList? rootList = DcapChain.FindList(lists, chain.Root, times, DcapErrors.NoRootCrl, out string? rootCode);
        RevocationList? caList = DcapChain.FindList(lists, chain.Ca, times, DcapErrors.NoPckCrl, out string? caCode);
        bool revoked = rootList?.Names(chain.Ca.Serial) == true || caList?.Names(chain.Leaf.Serial) == true;
        string? failure = revoked ? CertificateErrors.Revoked
            : rootCode is not null and not DcapErrors.NoRootCrl ? rootCode
            : caCode is not null and not DcapErrors.NoPckCrl ? caCode
            : null;
        string? missing = rootCode is not null && caCode is not null ? DcapErrors.NoCrl : rootCode ?? caCode;
        if (failure is null && missing is not null)
        {
            steps.Skip(StepCodes.Revocation, missing);
        }
        else
        {
            steps.Set(StepCodes.Revocation, failure);
        }

        return rootList;
    }
}
