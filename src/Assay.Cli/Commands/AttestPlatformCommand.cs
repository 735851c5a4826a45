using System.CommandLine;
using Assay.Attestation;
using Assay.Cli.Console;
using Assay.Files;
using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Cli.Commands;

/// <summary><c>assay attest endorse-platform</c>: say under one's own key who holds a machine.</summary>
internal static class AttestPlatformCommand
{
    internal static Command Create()
    {
        Argument<string> platform = new("platform") { Description = "The platform's digest (64 hexadecimal digits; 'assay attest show' prints it), or an evidence file of that machine." };
        Option<string> host = new("--host") { Description = "Who holds the machine.", Required = true };
        Option<int> days = new("--days") { Description = "For how many days from now, 1 to 400.", DefaultValueFactory = static _ => 90 };
        Option<FileInfo> key = new("--key") { Description = $"A publisher's key file ('assay publisher key'); encrypted if {KeyPassphrase.PublisherVariable} is set.", Required = true };
        Option<FileInfo> target = new("--out") { Description = "Where the endorsement goes.", Required = true };
        return new Command("endorse-platform", "Sign who holds a machine: that it stands in somebody else's hands than its operator's.") { platform, host, days, key, target }.Do(async (parsed, output, cancellation) =>
        {
            if (parsed.GetValue(days) is not (>= 1 and <= 400))
            {
                throw CliException.Usage("--days: 1 to 400.");
            }

            Digest32 digest = await PlatformAsync(parsed.GetRequiredValue(platform), cancellation).ConfigureAwait(false);
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            using Es256Signer signer = PublisherCommands.Open(parsed.GetRequiredValue(key).FullName, mayCreate: false);
            PlatformEndorsement endorsement = PlatformEndorsement.Create(digest, parsed.GetRequiredValue(host), now, now.AddDays(parsed.GetValue(days)), signer);
            DurableFile.Write(parsed.GetRequiredValue(target).FullName, endorsement.Bytes.Span);
            AttestationPrinter.Row(output, "endorsed", $"platform {digest}");
            AttestationPrinter.Row(output, "host", endorsement.Host);
            AttestationPrinter.Row(output, "until", AttestationPrinter.Time(DateTimeOffset.FromUnixTimeMilliseconds(endorsement.NotAfter)));
            AttestationPrinter.Row(output, "trust", $"platform-endorser NAME {signer.PublicKey.Thumbprint()}");
            AttestationPrinter.Wrapped(output, "", "This is your word and nothing else: go and look where the machine stands before you give it.");
            output.Json(json =>
            {
                json.WriteString("platform", digest.ToString());
                json.WriteString("host", endorsement.Host);
                json.WriteString("notAfter", AttestationPrinter.Time(DateTimeOffset.FromUnixTimeMilliseconds(endorsement.NotAfter)));
                json.WriteString("trustLine", $"platform-endorser NAME {signer.PublicKey.Thumbprint()}");
            });
            return ExitCodes.Met;
        });
    }

    private static async Task<Digest32> PlatformAsync(string text, CancellationToken cancellation)
    {
        if (Digest32.TryParseHex(text, out Digest32 digest))
        {
            return digest;
        }

        EvidenceFiles.Opened opened = await EvidenceFiles.ReadAsync(new FileInfo(text), null, cancellation).ConfigureAwait(false);
        EvidenceReport report = EvidenceVerifier.Verify(opened.Evidence.Type, opened.Evidence.Evidence, opened.Material.Collateral, TrustAnchors.BuiltIn, AppraisalTimes.Of(TimeProvider.System.GetUtcNow()));
        return report.Facts?.Platform switch
        {
            null => throw new CliException(ExitCodes.CannotEvaluate, report.Steps[0].Detail ?? AttestationErrors.Type, "The evidence can't be read."),
            { Value.IsEmpty: true } => throw new CliException(ExitCodes.CannotEvaluate, "tee/platform-hidden", "This machine hides its identity, so nobody can say who holds it."),
            { } platform => platform.Digest,
        };
    }
}
