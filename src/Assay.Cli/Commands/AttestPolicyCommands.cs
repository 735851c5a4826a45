using System.CommandLine;
using System.Globalization;
using System.Text;
using Assay.Attestation;
using Assay.Cli.Console;
using Assay.Files;
using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Cli.Commands;

/// <summary><c>assay attest policy</c>: what evidence must show, written, checked, signed.</summary>
internal static class AttestPolicyCommands
{
    internal static Command Create() => new("policy", "Attestation policies: make one, check it, show what it means, sign it for others.") { New(), Check(), Show(), Sign() };

    private static Argument<FileInfo> PolicyArgument() => new("policy") { Description = "An attestation policy: JSON in any spelling, or signed." };

    private static Command Check()
    {
        Argument<FileInfo> file = PolicyArgument();
        return new Command("check", "Say whether a policy can be read, and its digest; where it can't, which member is at fault.") { file }.Do(async (parsed, output, cancellation) =>
        {
            AttestationPolicyFiles.Opened opened = await AttestationPolicyFiles.ReadAsync(parsed.GetRequiredValue(file), cancellation).ConfigureAwait(false);
            string? fault = opened.Signed?.Verify();
            output.Line(fault is null ? $"good        policy '{opened.Policy.Name}' version {opened.Policy.Version}" : $"BAD         the issuer's signature doesn't hold [{fault}]");
            AttestationPrinter.Row(output, "digest", opened.Policy.Digest.ToString());
            Issuer(output, opened);
            WriteJson(output, opened, fault);
            return fault is null ? ExitCodes.Met : ExitCodes.Untrusted;
        });
    }

    private static Command Show()
    {
        Argument<FileInfo> file = PolicyArgument();
        return new Command("show", "Say in words what a policy accepts.") { file }.Do(async (parsed, output, cancellation) =>
        {
            AttestationPolicyFiles.Opened opened = await AttestationPolicyFiles.ReadAsync(parsed.GetRequiredValue(file), cancellation).ConfigureAwait(false);
            string? fault = opened.Signed?.Verify();
            if (fault is not null)
            {
                output.Line($"BAD: the issuer's signature doesn't hold [{fault}]");
            }

            Describe(output, opened.Policy);
            Issuer(output, opened);
            WriteJson(output, opened, fault);
            return fault is null ? ExitCodes.Met : ExitCodes.Untrusted;
        });
    }

    private static Command New()
    {
        Argument<FileInfo> file = AttestCommands.EvidenceArgument();
        Option<string?> type = AttestCommands.TypeOption();
        Option<string> name = new("--name") { Description = "The policy's name.", DefaultValueFactory = static _ => "mine" };
        Option<string?> build = new("--build") { Description = "What you call the build; default: what it calls itself." };
        Option<FileInfo> target = new("--out") { Description = "Where the policy goes.", Required = true };
        return new Command("new", "Make a policy that accepts exactly what one evidence file measured.") { file, type, name, build, target }.Do(async (parsed, output, cancellation) =>
        {
            EvidenceFiles.Opened opened = await EvidenceFiles.ReadAsync(parsed.GetRequiredValue(file), parsed.GetValue(type), cancellation).ConfigureAwait(false);
            EvidenceReport report = EvidenceVerifier.Verify(
                opened.Evidence.Type, opened.Evidence.Evidence, opened.Material.Collateral, TrustAnchors.BuiltIn, AppraisalTimes.Of(TimeProvider.System.GetUtcNow()));
            EvidenceFacts facts = report.Facts ?? throw new CliException(ExitCodes.CannotEvaluate, report.Steps[0].Detail ?? AttestationErrors.Type, "The evidence can't be read.");
            string called = parsed.GetValue(build) ?? TeeBinding.TryDecode(opened.Evidence.Binding, out _)?.Build ?? "pinned";
            AttestationPolicy policy = AttestationPolicy.TryRead(Encoding.UTF8.GetBytes(Text(facts, parsed.GetValue(name)!, called)), out AttestationPolicyFault? fault)
                ?? throw new CliException(ExitCodes.CannotEvaluate, fault!.Code, $"No policy can pin this ({fault.Path}): {AttestationWords.Of(fault.Code)}.", "A debug enclave, for example, shows zeros.");
            DurableFile.Write(parsed.GetRequiredValue(target).FullName, AttestationPolicyFiles.Pretty(policy));
            Describe(output, policy);
            output.Line();
            AttestationPrinter.Wrapped(output, "", "These are the measurements that the file says it has. Whether it is genuine wasn't checked, nor what that software does: "
                + "build it yourself and compare, or believe somebody who has. The next build has other measurements, and needs the next version of the policy.");
            foreach (string mode in facts.Modes)
            {
                AttestationPrinter.Wrapped(output, "", $"Not accepted, though the evidence shows it: {AttestationWords.WithCode(mode)}. If you know why it is so and that it is good enough, name the code in 'accept'.");
            }

            output.Json(json => json.WriteString("digest", policy.Digest.ToString()));
            return ExitCodes.Met;
        });
    }

    private static Command Sign()
    {
        Argument<FileInfo> file = PolicyArgument();
        Option<FileInfo> key = new("--key") { Description = $"A publisher's key file ('assay publisher key'); encrypted if {KeyPassphrase.PublisherVariable} is set.", Required = true };
        Option<FileInfo> target = new("--out") { Description = "Where the signed policy goes.", Required = true };
        return new Command("sign", "Sign a policy, so that nodes can hand it out and others can believe it by your key.") { file, key, target }.Do(async (parsed, output, cancellation) =>
        {
            AttestationPolicyFiles.Opened opened = await AttestationPolicyFiles.ReadAsync(parsed.GetRequiredValue(file), cancellation).ConfigureAwait(false);
            using Es256Signer signer = PublisherCommands.Open(parsed.GetRequiredValue(key).FullName, mayCreate: false);
            SignedAttestationPolicy signed = SignedAttestationPolicy.Create(opened.Policy, TimeProvider.System.GetUtcNow(), signer);
            DurableFile.Write(parsed.GetRequiredValue(target).FullName, signed.Bytes.Span);
            AttestationPrinter.Row(output, "signed", $"policy '{opened.Policy.Name}' version {opened.Policy.Version}");
            AttestationPrinter.Row(output, "digest", opened.Policy.Digest.ToString());
            AttestationPrinter.Row(output, "trust", $"policy-issuer NAME {signer.PublicKey.Thumbprint()}");
            output.Json(json =>
            {
                json.WriteString("digest", opened.Policy.Digest.ToString());
                json.WriteString("trustLine", $"policy-issuer NAME {signer.PublicKey.Thumbprint()}");
            });
            return ExitCodes.Met;
        });
    }

    // Every register of the format that says which software it is; grades, floors and roots as the evidence has them, for people to tighten.
    private static string Text(EvidenceFacts facts, string name, string build)
    {
        if (name.AsSpan().IndexOfAny('"', '\\') >= 0 || build.AsSpan().IndexOfAny('"', '\\') >= 0)
        {
            throw CliException.Usage("Names have no quotation marks and no backslashes.");
        }

        string type = EvidenceTypes.NameOf(facts.Type);
        string registers = string.Join(',', facts.Measurements.Where(static register => IsPinned(register.Name)).Select(static register => $"\"{register.Name}\":\"{Convert.ToHexStringLower(register.Value.Span)}\""));
        Grade grade = facts.Type switch { EvidenceType.AwsNitro => Grade.ThirdPartyHosted, EvidenceType.Simulator => Grade.Simulated, _ => Grade.OperatorHeld };
        string rules = facts.Type switch
        {
            EvidenceType.Simulator => $"\"roots\":[\"{facts.Product}\"]",
            EvidenceType.AmdSevSnp or EvidenceType.AzureSevSnp when facts.Product is not null =>
                $"\"floors\":{{\"{facts.Product}\":{{{string.Join(',', facts.Tcb.Where(static part => IsFloor(part.Name)).Select(static part => string.Create(CultureInfo.InvariantCulture, $"\"{part.Name}\":{part.Value}")))}}}}}",
            EvidenceType.IntelTdx or EvidenceType.IntelSgx when facts.TcbEvaluationNumber is { } number => string.Create(CultureInfo.InvariantCulture, $"\"evaluationNumber\":{number}"),
            _ => "",
        };
        return $"{{\"profile\":\"{DomainTags.AttestationPolicy}\",\"name\":\"{name}\",\"version\":1,\"grades\":[\"{GradeNames.NameOf(grade)}\"],"
            + $"\"builds\":[{{\"name\":\"{build}\",\"type\":\"{type}\",\"measurements\":{{{registers}}}}}],\"types\":{{\"{type}\":{{{rules}}}}}}}";
    }

    private static bool IsPinned(string register) => register is "pcr0" or "pcr1" or "pcr2" or "measurement" or "mrtd" or "rtmr0" or "rtmr1" or "rtmr2" or "mrenclave";

    private static bool IsFloor(string component) => component is "bootloader" or "tee" or "snp" or "microcode" or "fmc";

    private static void Describe(Output output, AttestationPolicy policy)
    {
        AttestationPrinter.Row(output, "policy", $"'{policy.Name}' version {policy.Version}");
        AttestationPrinter.Row(output, "digest", policy.Digest.ToString());
        AttestationPrinter.Row(output, "in force", (policy.NotBefore, policy.NotAfter) switch
        {
            (null, null) => "always",
            var (from, to) => $"{(from is { } f ? "from " + AttestationPrinter.Time(f) : "")}{(from is not null && to is not null ? " " : "")}{(to is { } t ? "until " + AttestationPrinter.Time(t) : "")}",
        });
        foreach (Grade grade in policy.Grades)
        {
            AttestationPrinter.Row(output, grade == policy.Grades[0] ? "hands" : "", grade switch
            {
                Grade.Simulated => "SIMULATED: no hardware, for trying things out",
                Grade.OperatorHeld => "operator-held: machines that the node's operator may open",
                _ => "third-party-hosted: machines that somebody else holds, as AWS or an endorser whom you trust says",
            });
        }

        AttestationPrinter.Row(output, "age", string.Create(CultureInfo.InvariantCulture, $"evidence without your nonce may be {policy.MaxAge.TotalMinutes:0.##} minutes old"));
        foreach (PolicyBuild build in policy.Builds)
        {
            AttestationPrinter.Row(output, build == policy.Builds[0] ? "builds" : "", $"'{build.Name}' by {EvidenceTypes.NameOf(build.Type)}{(build.IsvSvn is { } least ? $", isv-svn at least {least}" : "")}");
            foreach (Measurement register in build.Measurements)
            {
                AttestationPrinter.Row(output, "", $"  {register.Name} {Convert.ToHexStringLower(register.Value.Span)}");
            }
        }

        foreach (PolicyTypeRules rules in policy.Types)
        {
            AttestationPrinter.Row(output, rules == policy.Types[0] ? "types" : "", $"{EvidenceTypes.NameOf(rules.Type)}{(policy.Builds.Any(build => build.Type == rules.Type) ? "" : ", of which no build is named: nothing passes")}");
            foreach (string code in rules.Accept)
            {
                AttestationPrinter.Row(output, "", $"  accepts: {AttestationWords.WithCode(code)}");
            }

            foreach (PolicyFloor floor in rules.Floors)
            {
                AttestationPrinter.Row(output, "", $"  {floor.Product}: at least {string.Join(", ", floor.Components.Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Value}")))}");
            }

            AttestationPrinter.Row(output, "", rules.Statuses.IsEmpty ? null : $"  Intel's status: {string.Join(" or ", rules.Statuses)}{(rules.Advisories.IsEmpty ? "" : $", with no advisories but {string.Join(", ", rules.Advisories)}")}");
            AttestationPrinter.Row(output, "", rules.EvaluationNumber is { } number ? string.Create(CultureInfo.InvariantCulture, $"  Intel's evaluation: {number} or a later one") : null);
            AttestationPrinter.Row(output, "", rules.Roots.IsEmpty ? null : $"  simulator roots: {string.Join(", ", rules.Roots)}");
        }

        AttestationPrinter.Row(output, "refuses", policy.RefusedPlatforms.IsEmpty ? null : $"{policy.RefusedPlatforms.Length} platforms by digest");
        AttestationPrinter.Row(output, "only", policy.AllowedPlatforms is { } allowed ? $"{allowed.Length} platforms by digest" : null);
    }

    private static void Issuer(Output output, AttestationPolicyFiles.Opened opened)
    {
        if (opened.Signed is { } signed)
        {
            AttestationPrinter.Row(output, "issuer", $"{signed.Issuer.Thumbprint()}, signed {AttestationPrinter.Time(DateTimeOffset.FromUnixTimeMilliseconds(signed.SignedAt))}");
            AttestationPrinter.Row(output, "trust", $"policy-issuer NAME {signed.Issuer.Thumbprint()}");
        }
    }

    private static void WriteJson(Output output, AttestationPolicyFiles.Opened opened, string? fault) => output.Json(json =>
    {
        json.WriteString("digest", opened.Policy.Digest.ToString());
        json.WriteString("signature", opened.Signed is null ? null : fault ?? "good");
        json.WriteString("issuer", opened.Signed?.Issuer.Thumbprint().ToString());
        json.WritePropertyName("policy");
        json.WriteRawValue(opened.Policy.Text);
    });
}
