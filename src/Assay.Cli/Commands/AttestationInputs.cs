using System.Collections.Immutable;
using System.CommandLine;
using Assay.Attestation;
using Assay.Cli.Console;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary>What a person brings to have attested hardware appraised: policies and collateral, as files.</summary>
internal sealed class AttestationInputs
{
    // More than anybody has of one machine; a folder that was named by mistake isn't read to its end.
    private const int MaxFiles = 1024;

    private readonly Option<FileInfo[]> _policies = new("--attestation-policy")
    {
        Description = "What attested hardware must show: a policy of your own (JSON), or a signed one, which counts by your trust file's 'policy-issuer' lines. Several times for several.",
    };

    private readonly Option<FileSystemInfo[]> _collateral = new("--collateral")
    {
        Description = "What the vendors say about platforms, besides what comes with the receipt: a file, or a folder of them. Several times for several.",
    };

    /// <summary>Adds the options to a command.</summary>
    internal Command On(Command command)
    {
        command.Add(_policies);
        command.Add(_collateral);
        return command;
    }

    /// <summary>Reads what was named. A file that isn't what it should be is an error; one in a folder is left out and said so.</summary>
    internal async Task<AttestationTrust> ReadAsync(ParseResult parsed, Output output, CancellationToken cancellation)
    {
        List<AttestationPolicy> own = [];
        List<SignedAttestationPolicy> signed = [];
        foreach (FileInfo file in parsed.GetValue(_policies) ?? [])
        {
            byte[] bytes = await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false);
            if (SignedAttestationPolicy.TryDecode(bytes, out _) is { } message)
            {
                signed.Add(message);
            }
            else
            {
                own.Add(AttestationPolicy.TryRead(bytes, out AttestationPolicyFault? fault) ?? throw new CliException(
                    ExitCodes.Usage, fault!.Code, $"The attestation policy {file.FullName} can't be read{(fault.Path.Length == 0 ? "" : $" at {fault.Path}")}.", "spec/attestation.md, \"Policy\", has its members."));
            }
        }

        CollateralSet collateral = CollateralSet.Empty;
        foreach (FileSystemInfo named in parsed.GetValue(_collateral) ?? [])
        {
            collateral = collateral.Join(await ReadCollateralAsync(named, output, cancellation).ConfigureAwait(false));
        }

        return new AttestationTrust { Policies = own, SignedPolicies = signed, Collateral = collateral };
    }

    private static async Task<CollateralSet> ReadCollateralAsync(FileSystemInfo named, Output output, CancellationToken cancellation)
    {
        bool isFolder = Directory.Exists(named.FullName);
        string[] paths = isFolder ? [.. Directory.EnumerateFiles(named.FullName).Take(MaxFiles).Order(StringComparer.Ordinal)] : [named.FullName];
        CollateralSet read = CollateralSet.Empty;
        foreach (string path in paths)
        {
            ImmutableArray<CollateralItem>? items = CollateralFiles.TryRead(await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false), out string? error);
            if (items is { } pieces)
            {
                read = pieces.Chunk(1).Aggregate(read, static (set, piece) => set.Join(CollateralSet.Of(piece)));
            }
            else if (isFolder)
            {
                output.Line($"left out {Path.GetFileName(path)}: not collateral that can be read [{error}]");
            }
            else
            {
                throw new CliException(ExitCodes.Usage, error!, $"{path} isn't collateral that can be read.", "Certificates and revocation lists (DER, PEM), Intel's TCB info and QE identity with their signatures, or assay's own collateral files.");
            }
        }

        return read.Items.Length > 0
            ? read
            : throw new CliException(ExitCodes.Usage, AttestationErrors.Collateral, $"There is no collateral in {named.FullName}.", "Name the folder that has the vendor's certificates, lists and statements.");
    }
}
