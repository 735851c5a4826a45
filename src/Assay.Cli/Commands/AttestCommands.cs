using System.CommandLine;
using Assay.Attestation;
using Assay.Cli.Console;
using Assay.Primitives;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay attest</c>: evidence of attested hardware, looked at and appraised (docs/tee.md). Reads files and nothing else.</summary>
internal static class AttestCommands
{
    internal static Command Create() => new("attest", "Look at evidence of attested hardware, and appraise it under a policy of your own.")
    {
        Show(), Verify(), AttestPolicyCommands.Create(), AttestPlatformCommand.Create(), AttestOpenGradientCommand.Create(),
    };

    internal static Argument<FileInfo> EvidenceArgument() => new("file") { Description = "An attestation file (*.attestation), evidence, or a vendor's bytes: a Nitro document, an SNP report, a quote." };

    internal static Option<string?> TypeOption() => new("--type") { Description = $"What the vendor's bytes are, where they don't show it: {string.Join(", ", EvidenceTypes.All)}." };

    private static Command Show()
    {
        Argument<FileInfo> file = EvidenceArgument();
        Option<string?> type = TypeOption();
        return new Command("show", "Print what evidence says: platform, measurements, modes, security versions. Verifies nothing.") { file, type }.Do(async (parsed, output, cancellation) =>
        {
            EvidenceFiles.Opened opened = await EvidenceFiles.ReadAsync(parsed.GetRequiredValue(file), parsed.GetValue(type), cancellation).ConfigureAwait(false);
            AppraisalTimes now = AppraisalTimes.Of(TimeProvider.System.GetUtcNow());
            EvidenceReport report = EvidenceVerifier.Verify(opened.Evidence.Type, opened.Evidence.Evidence, opened.Material.Collateral, TrustAnchors.BuiltIn, now);
            if (report.Facts is not { } facts)
            {
                string detail = report.Steps[0].Detail ?? AttestationErrors.Type;
                throw new CliException(ExitCodes.CannotEvaluate, detail, $"This can't be read as {AttestationWords.Of(opened.Evidence.Type)}.");
            }

            TeeBinding? binding = TeeBinding.TryDecode(opened.Evidence.Binding, out _);
            Grade grade = facts.Type switch { EvidenceType.Simulator => Grade.Simulated, EvidenceType.AwsNitro => Grade.ThirdPartyHosted, _ => Grade.OperatorHeld };
            output.Line($"NOT VERIFIED. This is what {AttestationWords.Of(facts.Type)} says about itself; 'assay attest verify' holds it against a policy.");
            output.Line();
            AttestationPrinter.Row(output, "file", opened.What);
            AttestationPrinter.Facts(output, facts, binding, grade, null);
            AttestationPrinter.Row(output, "along", Along(opened.Material));
            output.Json(json =>
            {
                json.WriteBoolean("verified", false);
                AttestationPrinter.Write(json, facts, binding);
            });
            return ExitCodes.Met;
        });
    }

    private static Command Verify()
    {
        Argument<FileInfo> file = EvidenceArgument();
        Option<string?> type = TypeOption();
        Option<FileInfo[]> policies = new("--policy") { Description = "An attestation policy, plain or signed; several times for several: one that accepts is enough." };
        Option<string[]> collateral = new("--collateral") { Description = "A file or folder with certificates, revocation lists, Intel's TCB info and QE identity. Several times for several." };
        Option<FileInfo?> trust = new("--trust") { Description = "Trust file: whose signed policies and whose words about platforms count." };
        Option<string?> at = new("--at") { Description = "Judge as of this time (RFC 3339); default: this machine's clock." };
        Option<string?> nonce = new("--nonce") { Description = "The nonce that you asked with, in hexadecimal: the evidence must have been made for it." };
        return new Command("verify", "Appraise evidence under your own policy: every step, what it comes to, and what it rests on.") { file, type, policies, collateral, trust, at, nonce }.Do(async (parsed, output, cancellation) =>
        {
            EvidenceFiles.Opened opened = await EvidenceFiles.ReadAsync(parsed.GetRequiredValue(file), parsed.GetValue(type), cancellation).ConfigureAwait(false);
            TrustFile? trusted = await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false);
            DateTimeOffset time = VerifyCommand.ParseTime(parsed.GetValue(at));
            List<AttestationPolicy> own = [];
            List<SignedAttestationPolicy> signed = [.. opened.Material.Policies];
            foreach (FileInfo policy in parsed.GetValue(policies) ?? [])
            {
                AttestationPolicyFiles.Opened read = await AttestationPolicyFiles.ReadAsync(policy, cancellation).ConfigureAwait(false);
                if (read.Signed is { } message)
                {
                    signed.Add(message);
                }
                else
                {
                    own.Add(read.Policy);
                }
            }

            Appraisal appraisal = Appraiser.Appraise(new AppraisalInput
            {
                Evidence = opened.Evidence,
                Policies = PolicySelection.Select(own, signed, [.. (trusted?.PolicyIssuers ?? []).Select(static issuer => new PolicyIssuer(issuer.Thumbprint, issuer.LeastVersion))]),
                Times = AppraisalTimes.Of(time),
                Collateral = await EvidenceFiles.CollateralAsync(opened.Material.Collateral, parsed.GetValue(collateral) ?? [], output, cancellation).ConfigureAwait(false),
                PlatformEndorsements = [.. opened.Material.PlatformEndorsements.Where(endorsement => trusted?.PlatformEndorsers.Any(endorser => endorser.Thumbprint == endorsement.Issuer.Thumbprint()) == true)],
                Expected = new BindingExpectation { Nonce = ParseNonce(parsed.GetValue(nonce)) },
            });
            return Print(output, appraisal, opened, time, signed.Count);
        });
    }

    private static int Print(Output output, Appraisal appraisal, EvidenceFiles.Opened opened, DateTimeOffset time, int signed)
    {
        string subject = appraisal.Policy is { } policy ? $"policy '{policy.Name}' version {policy.Version}" : "no policy";
        output.Line(appraisal.Outcome switch
        {
            AppraisalOutcome.Accepted => $"ACCEPTED under {subject}: {AttestationWords.Of(opened.Evidence.Type)}, of build '{appraisal.Build}'",
            AppraisalOutcome.Rejected => $"REJECTED under {subject}: {AttestationWords.WithCode(appraisal.Reason!)}",
            _ => $"NOT EVALUATED under {subject}: {AttestationWords.WithCode(appraisal.Reason!)}",
        });
        if (appraisal.Grade == Grade.Simulated)
        {
            output.Line("SIMULATED: there is no hardware behind this.");
        }

        output.Line($"as of {AttestationPrinter.Time(time)}; held by: {AttestationWords.Of(appraisal.Grade, appraisal.Host)}");
        if (appraisal.Policy is null)
        {
            output.Line(signed == 0
                ? "Which builds and machines are good enough is for you to say: --policy FILE. 'assay attest policy new' makes one."
                : "There are signed policies, and no 'policy-issuer' line of your trust file believes their issuers (--trust).");
        }

        output.Line();
        output.Line("Steps");
        AttestationPrinter.Steps(output, appraisal);
        if (appraisal.Facts is { } facts)
        {
            output.Line();
            output.Line(appraisal.Steps.Any(static step => step.Result == CheckResult.Fail && StepCodes.All.IndexOf(step.Code) < StepCodes.All.IndexOf(StepCodes.Policy))
                ? "What the evidence says. A step of the vendor's failed: none of it counts."
                : "What the evidence says");
            AttestationPrinter.Facts(output, facts, appraisal.Binding, appraisal.Grade, appraisal.Host);
        }

        output.Line();
        output.Line("What this rests on, and can't be checked here");
        AttestationPrinter.Assumptions(output, appraisal);
        output.Line();
        output.Line("Not covered");
        AttestationPrinter.Wrapped(output, "  - ", "Any answer: that one was given by this key, and by which model, its receipt says ('assay verify').");
        AttestationPrinter.Wrapped(output, "  - ", "Who asked: without --nonce this evidence may have been made for anybody, within the policy's age.");
        output.Json(json =>
        {
            json.WriteString("at", AttestationPrinter.Time(time));
            AttestationPrinter.Write(json, appraisal);
        });
        return appraisal.Outcome switch { AppraisalOutcome.Accepted => ExitCodes.Met, AppraisalOutcome.Rejected => ExitCodes.Untrusted, _ => ExitCodes.CannotEvaluate };
    }

    private static string? Along(AttestationMaterial material) => (material.Collateral.Items.Length, material.Policies.Length, material.PlatformEndorsements.Length) is var (collateral, policies, endorsements)
        && collateral + policies + endorsements > 0
        ? $"{collateral} pieces of collateral, {policies} signed policies, {endorsements} platform endorsements"
        : null;

    private static ReadOnlyMemory<byte>? ParseNonce(string? hex)
    {
        if (hex is null)
        {
            return null;
        }

        byte[] nonce = new byte[hex.Length / 2];
        return hex.Length % 2 == 0 && nonce.Length is >= TeeBinding.MinNonceLength and <= TeeBinding.MaxNonceLength && Convert.FromHexString(hex, nonce, out _, out _) == System.Buffers.OperationStatus.Done
            ? nonce
            : throw CliException.Usage($"--nonce: {2 * TeeBinding.MinNonceLength} to {2 * TeeBinding.MaxNonceLength} hexadecimal digits.");
    }
}
