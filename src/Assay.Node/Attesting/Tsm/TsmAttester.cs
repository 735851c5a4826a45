using System.Security.Cryptography;
using Assay.Attestation;

namespace Assay.Node.Attesting;

/// <summary>
/// Evidence of a confidential virtual machine, SEV-SNP or TDX, by the kernel's report interface. Who answers is asked each time, and the
/// answer held against the question: a report about other data is no evidence.
/// </summary>
internal sealed class TsmAttester : IAttester
{
    private const string SnpProvider = "sev_guest";
    private const string TdxProvider = "tdx_guest";
    private const int MaxAttempts = 8;
    private const int FirstWait = 20;

    private readonly ITsmReports _reports;

    private TsmAttester(ITsmReports reports, EvidenceType type)
    {
        _reports = reports;
        Type = type;
    }

    /// <inheritdoc/>
    public EvidenceType Type { get; }

    /// <inheritdoc/>
    public string Place => _reports.Place;

    /// <summary>The attester of this machine; null and why, if the kernel has none or this process may not ask.</summary>
    internal static TsmAttester? TryOpen(out AttesterError? error, ITsmReports? reports = null)
    {
        reports ??= new TsmReports();
        using TsmRequest request = new(reports);
        string provider = request.ReadLine("provider");
        EvidenceType? type = TypeOf(provider);
        error = request.Error != 0 ? Error(reports.Place, request)
            : type is null ? new AttesterError(AttesterErrors.NoDevice, $"{reports.Place} is served by \"{provider}\"; {SnpProvider} and {TdxProvider} are known")
            : null;
        return error is null ? new TsmAttester(reports, type!.Value) : null;
    }

    /// <summary>Asks on this thread: a TDX quote may take seconds. Anew, in another directory, if somebody else wrote to this one or the kernel is busy.</summary>
    public async ValueTask<AttesterResult> AttestAsync(TeeBinding binding, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(binding);
        AttesterError? error = null;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(FirstWait << (attempt - 1), cancellation).ConfigureAwait(false);
            }

            cancellation.ThrowIfCancellationRequested();
            AttesterResult result = Ask(binding);
            error = result.Error;
            if (error?.Code != AttesterErrors.Busy)
            {
                return result;
            }
        }

        return AttesterResult.Failed(error!.Code, $"{error.Text}, {MaxAttempts} times");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private AttesterResult Ask(TeeBinding binding)
    {
        using TsmRequest request = new(_reports);
        string provider = request.ReadLine("provider");
        ulong? before = request.ReadNumber("generation");

        // Below a paravisor or SVSM the lowest level is theirs, and asking for it fails.
        if (request.ReadNumber("privlevel_floor", optional: true) is > 0 and { } floor)
        {
            request.WriteNumber("privlevel", floor);
        }

        request.Write("inblob", binding.Digest.Span);
        byte[] answer = request.Read("outblob");
        byte[] certificates = request.Read("auxblob", optional: true);
        ulong? after = request.ReadNumber("generation");
        if (request.Error != 0)
        {
            AttesterError error = Error(Place, request);
            return AttesterResult.Failed(error.Code, error.Text);
        }

        if (before is not { } first || after is not { } last || last - first != request.Writes)
        {
            return AttesterResult.Failed(AttesterErrors.Busy, $"somebody else wrote to a request in {Place}");
        }

        if (TypeOf(provider) != Type)
        {
            return AttesterResult.Failed(AttesterErrors.Answer, $"{Place} was {Type} and is now \"{provider}\"");
        }

        ReadOnlyMemory<byte> evidence = Type == EvidenceType.IntelTdx ? TdxQuote.Trim(answer) : answer;
        ReadOnlyMemory<byte> reportData = Type == EvidenceType.IntelTdx ? TdxQuote.ReportData(evidence) : SnpAnswer.ReportData(evidence);
        return CryptographicOperations.FixedTimeEquals(reportData.Span, binding.Digest.Span)
            ? AttesterResult.Of(evidence, SnpAnswer.Certificates(certificates))
            : AttesterResult.Failed(AttesterErrors.Answer, $"{Place} answered {answer.Length} bytes that aren't a report of {Type} about what was asked");
    }

    private static EvidenceType? TypeOf(string provider) => provider switch
    {
        SnpProvider => EvidenceType.AmdSevSnp,
        TdxProvider => EvidenceType.IntelTdx,
        _ => null,
    };

    private static string CodeOf(int errno) => errno switch
    {
        Errno.NoEntry or Errno.NotDirectory or Errno.NoSuchDeviceOrAddress or Errno.NoSuchDevice => AttesterErrors.NoDevice,
        Errno.NotPermitted or Errno.AccessDenied or Errno.ReadOnly => AttesterErrors.Denied,
        Errno.Interrupted or Errno.Again or Errno.Busy => AttesterErrors.Busy,
        Errno.TimedOut => AttesterErrors.Timeout,
        _ => AttesterErrors.Refused,
    };

    private static AttesterError Error(string place, TsmRequest request) => new(
        CodeOf(request.Error),
        $"{request.Failed} in {place}: error {request.Error}" + request.Error switch
        {
            Errno.NoEntry => " (no such folder: the kernel has no report interface, which came with Linux 6.7, or configfs isn't mounted)",
            Errno.NoSuchDeviceOrAddress => " (this machine isn't a confidential guest, or its driver isn't loaded)",
            Errno.NotPermitted or Errno.AccessDenied => " (only root may make requests, unless the folder was given to somebody)",
            Errno.TooBig => " (the report is longer than the kernel bears)",
            _ => string.Empty,
        });
}
