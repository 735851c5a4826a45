using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>Verifies reports of AMD SEV-SNP (spec/attestation.md, "Steps", column snp) against the roots of AMD.</summary>
internal static class SnpVerifier
{
    /// <summary>Verifies a report as the firmware makes it.</summary>
    internal static EvidenceReport Verify(ReadOnlyMemory<byte> evidence, CollateralSet collateral, TrustAnchors anchors, AppraisalTimes times)
    {
        SnpReport? report = SnpReport.TryRead(evidence, out string? error);
        return report is null ? Unreadable(error) : Verify(report, null, new SnpCollateral(collateral), anchors, times);
    }

    /// <summary>Verifies a report in the blob of Azure's paravisor.</summary>
    internal static EvidenceReport VerifyAzure(ReadOnlyMemory<byte> evidence, CollateralSet collateral, TrustAnchors anchors, AppraisalTimes times)
    {
        AzureReport? azure = AzureReport.TryRead(evidence, out string? error);
        return azure is null ? Unreadable(error) : Verify(azure.Report, azure, new SnpCollateral(collateral), anchors, times);
    }

    /// <summary>Makes the steps with the key that takes the report furthest.</summary>
    internal static EvidenceReport Verify(SnpReport report, AzureReport? azure, SnpCollateral collateral, TrustAnchors anchors, AppraisalTimes times)
    {
        Attempt best = new(report, null);
        if (report.SigningKey == SnpKeyKind.None)
        {
            best.Steps.Set(StepCodes.Signature, SnpCodes.NotSigned);
        }
        else if (azure?.CarriesRuntimeData == false)
        {
            best.Steps.Set(StepCodes.Signature, SnpCodes.AzureRuntimeHash);
        }
        else if (collateral.KeysFor(report) is not { Length: > 0 } keys)
        {
            best.Steps.Skip(StepCodes.Signature, SnpCodes.NoVek);
        }
        else
        {
            best.Steps.Set(StepCodes.Signature, SnpCodes.Signature);
            int furthest = best.Passed;
            foreach (VekCertificate key in keys)
            {
                Attempt attempt = new(report, key);
                attempt.Run(collateral, anchors, times);
                if (attempt.Passed > furthest)
                {
                    (best, furthest) = (attempt, attempt.Passed);
                }

                if (attempt.IsThrough)
                {
                    break;
                }
            }
        }

        return new EvidenceReport(best.Steps.Steps, SnpFacts.Of(report, azure, best.Key, best.Product, best.List));
    }

    private static EvidenceReport Unreadable(string? error)
    {
        StepTable steps = NewTable();
        steps.Set(StepCodes.Parse, error);
        return new EvidenceReport(steps.Steps, null);
    }

    private static StepTable NewTable() => new(StepCodes.Parse, StepCodes.Signature, StepCodes.Chain, StepCodes.Revocation, StepCodes.Signer, StepCodes.Tcb);

    /// <summary>The steps of one report under one key.</summary>
    private sealed class Attempt
    {
        private readonly SnpReport _report;

        internal Attempt(SnpReport report, VekCertificate? key)
        {
            (_report, Key) = (report, key);
            Product = report.Cpu is { } cpu ? SnpProducts.OfCpu(cpu.Family, cpu.Model) : key?.Product;
            Steps.Set(StepCodes.Parse, null);
        }

        internal StepTable Steps { get; } = NewTable();

        internal VekCertificate? Key { get; }

        /// <summary>By the processor's own word; a report of version 2 has none, so that the certificate's must do.</summary>
        internal SnpProduct? Product { get; }

        internal RevocationList? List { get; private set; }

        internal int Passed => Steps.Steps.Count(static step => step.Result == CheckResult.Pass);

        internal bool IsThrough => Steps.Steps.All(static step => step.Result == CheckResult.Pass || step.Detail == SnpCodes.NoCrl);

        internal void Run(SnpCollateral collateral, TrustAnchors anchors, AppraisalTimes times)
        {
            Steps.Set(StepCodes.Signature, SignatureProblem());
            if (!Steps.Passes(StepCodes.Signature))
            {
                return;
            }

            (Certificate? intermediate, Certificate? root, string? error) = Product is { } product
                ? collateral.IssuersOf(product, anchors).Chain(Key!, times.At)
                : (null, null, SnpCodes.UnknownProduct);
            Steps.Set(StepCodes.Chain, error);
            if (intermediate is null || root is null)
            {
                return;
            }

            Revocation(intermediate, root, collateral, times);
            Steps.Set(StepCodes.Signer, SignerProblem());
            Steps.Set(StepCodes.Tcb, TcbProblem(Product!.Value));
        }

        private string? SignatureProblem() =>
            Key!.Certificate.Key!.VerifiesRaw(_report.Signed.Span, _report.Signature()) ? null : SnpCodes.Signature;

        // Any list of the root that counts and names it is enough: AMD publishes lists for the two kinds of keys apart.
        private void Revocation(Certificate intermediate, Certificate root, SnpCollateral collateral, AppraisalTimes times)
        {
            ImmutableArray<RevocationList> lists = [.. collateral.Lists.Where(list => list.Check(root, times, ChainCache.Shared) is null)];
            List = lists.MaxBy(static list => list.ThisUpdate);
            if (List is null)
            {
                Steps.Skip(StepCodes.Revocation, SnpCodes.NoCrl);
            }
            else
            {
                Steps.Set(StepCodes.Revocation, lists.Any(list => list.Names(intermediate.Serial)) ? CertificateErrors.Revoked : null);
            }
        }

        private string? SignerProblem() =>
            _report.SigningKey != Key!.Kind ? SnpCodes.KeyKind
            : Key.Product != Product ? SnpCodes.Product
            : Key.Kind == SnpKeyKind.Vcek && SnpFacts.HasChipId(_report) && !Key.IsOf(_report.ChipId.Span) ? SnpCodes.Chip
            : null;

        private string? TcbProblem(SnpProduct product)
        {
            SnpTcb? reported = SnpTcb.TryRead(_report.ReportedTcb.Span, product);
            SnpTcb? committed = SnpTcb.TryRead(_report.CommittedTcb.Span, product);
            SnpTcb? current = SnpTcb.TryRead(_report.CurrentTcb.Span, product);
            SnpTcb? launch = SnpTcb.TryRead(_report.LaunchTcb.Span, product);
            if (reported is not { } said || committed is not { } floor || current is not { } now || launch is null)
            {
                return SnpCodes.TcbReserved;
            }

            bool ordered = _report.SaysCommitted ? said.AtMost(floor) && floor.AtMost(now) : said.AtMost(now);
            return said != Key!.Tcb ? SnpCodes.TcbCertificate : ordered ? null : SnpCodes.TcbOrder;
        }
    }
}
