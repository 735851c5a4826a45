using System.Collections.Immutable;
using Assay.Attestation;
using Assay.Cli.Console;

namespace Assay.Cli.Commands;

/// <summary>Reads what people have of evidence and collateral: attestation files, evidence, and vendors' bytes of any type.</summary>
internal static class EvidenceFiles
{
    /// <summary>Evidence, with what came along.</summary>
    internal sealed record Opened(AttestationEvidence Evidence, AttestationMaterial Material, string What);

    internal static async Task<Opened> ReadAsync(FileInfo file, string? typeName, CancellationToken cancellation)
    {
        byte[] bytes = await ReadLimitedAsync(file.FullName, AttestationFile.MaxLength, cancellation).ConfigureAwait(false);
        if (AttestationFile.IsOne(bytes))
        {
            AttestationFile whole = AttestationFile.TryDecode(bytes, out string? error) ?? throw Unreadable(file, error!, "The attestation file can't be read.");
            return Said(new Opened(whole.Evidence, whole.Material, $"attestation file, {bytes.Length} bytes"), typeName);
        }

        if (AttestationEvidence.TryDecode(bytes, out _) is { } evidence)
        {
            return Said(new Opened(evidence, AttestationMaterial.Empty, $"evidence, {bytes.Length} bytes"), typeName);
        }

        if (bytes.Length is 0 or > AttestationEvidence.MaxEvidenceLength)
        {
            throw Unreadable(file, AttestationErrors.TooLarge, "This is no evidence: it is empty or too long.");
        }

        EvidenceType type = typeName is null ? Recognise(file, bytes) : Parse(typeName);
        return new Opened(AttestationEvidence.WithoutBinding(type, bytes), AttestationMaterial.Empty, $"the vendor's bytes by themselves, {bytes.Length} bytes");
    }

    /// <summary>Collateral of a file, or of every file of a folder that has some; a file that was named must have some.</summary>
    internal static async Task<CollateralSet> CollateralAsync(CollateralSet along, IEnumerable<string> paths, Output output, CancellationToken cancellation)
    {
        List<CollateralItem> items = [.. along.Items];
        foreach (string path in paths)
        {
            bool isFolder = Directory.Exists(path);
            IEnumerable<string> files = isFolder ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : [path];
            foreach (string file in files)
            {
                byte[] bytes = await ReadLimitedAsync(file, CollateralSet.MaxLength, cancellation).ConfigureAwait(false);
                if (CollateralFiles.TryRead(bytes, out string? error) is { } pieces)
                {
                    items.AddRange(pieces);
                }
                else if (isFolder)
                {
                    output.Note($"Left out: {file} has no collateral that can be read ({error}).");
                }
                else
                {
                    throw new CliException(ExitCodes.CannotEvaluate, error!, $"{file} has no collateral that can be read.", "Collateral is certificates and revocation lists (PEM or DER), answers of Intel's provisioning service, or bundles of those.");
                }
            }
        }

        return CollateralSet.Of(items);
    }

    internal static EvidenceType Parse(string name) => EvidenceTypes.TryParse(name, out EvidenceType type)
        ? type
        : throw CliException.Usage($"'{name}' is no type of evidence.", $"Types are {string.Join(", ", EvidenceTypes.All)}.");

    internal static async Task<byte[]> ReadLimitedAsync(string path, int most, CancellationToken cancellation) => new FileInfo(path).Length <= most
        ? await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false)
        : throw new CliException(ExitCodes.CannotEvaluate, AttestationErrors.TooLarge, $"{path} is longer than {most} bytes.");

    private static Opened Said(Opened opened, string? typeName) => typeName is null || Parse(typeName) == opened.Evidence.Type
        ? opened
        : throw CliException.Usage($"The file says itself that its evidence is of type {EvidenceTypes.NameOf(opened.Evidence.Type)}, not {typeName}.");

    // By which reader takes it: strict readers of different formats don't take the same bytes. That says what it looks like; whether it
    // is genuine is for 'verify'.
    private static EvidenceType Recognise(FileInfo file, byte[] bytes)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        ImmutableArray<EvidenceType> fitting =
            [.. Enum.GetValues<EvidenceType>().Where(type => EvidenceVerifier.Verify(type, bytes, CollateralSet.Empty, TrustAnchors.BuiltIn, AppraisalTimes.Of(now)).Facts is not null)];
        return fitting.Length == 1
            ? fitting[0]
            : throw new CliException(
                ExitCodes.CannotEvaluate, AttestationErrors.Type,
                fitting.IsEmpty ? $"{file.FullName} doesn't look like evidence of any type." : $"{file.FullName} could be {string.Join(" or ", fitting.Select(EvidenceTypes.NameOf))}.",
                $"--type says what it is, and its reader then says what is wrong: {string.Join(", ", EvidenceTypes.All)}.");
    }

    private static CliException Unreadable(FileInfo file, string code, string message) => new(ExitCodes.CannotEvaluate, code, $"{file.FullName}: {message}");
}
