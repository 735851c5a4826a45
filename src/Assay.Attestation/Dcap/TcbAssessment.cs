using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>What Intel's collateral comes to for one quote.</summary>
/// <param name="Status">Converged; <see cref="IntelTcbStatus.NotSupported"/> if a part is below every level; as written if it isn't known.</param>
/// <param name="Advisories">Of all parts, sorted, none twice.</param>
/// <param name="Error">Why <c>tee/tcb</c> fails, of <see cref="DcapErrors"/>; null if the status is one that policies may accept.</param>
internal sealed record TcbAssessment(string Status, ImmutableArray<string> Advisories, string? Error)
{
    /// <summary>The platform's level; null if it reaches none.</summary>
    internal TcbLevel? Platform { get; init; }

    /// <summary>The TDX module's level; null for SGX, a module of major version 0, and if it reaches none.</summary>
    internal IsvLevel? Module { get; init; }

    /// <summary>The quoting enclave's level; null if it reaches none.</summary>
    internal IsvLevel? QuotingEnclave { get; init; }

    /// <summary>Holds a quote against collateral that is about its platform (Intel QVL, steps 4.1.2.4.11 and 4.1.2.4.17).</summary>
    internal static TcbAssessment Of(DcapQuote quote, PckExtension pck, TcbInfo info, QeIdentity identity)
    {
        IsvLevel? enclave = IsvLevel.Of(identity.Levels, quote.QeReport.IsvSvn);
        TcbLevel? sgx = info.Levels.FirstOrDefault(level => level.IsReachedBy(pck));
        if (quote.Td is not { } td)
        {
            return Assess(sgx, sgx, null, enclave, static platform => platform);
        }

        TcbLevel? platform = info.Levels.FirstOrDefault(level => level.IsReachedBy(pck) && level.IsReachedBy(td.TeeTcbSvn.Span));
        byte major = td.TeeTcbSvn.Span[1];
        if (FindModule(info, major) is not { } module || !module.Is(td))
        {
            return new TcbAssessment(IntelTcbStatus.NotSupported, [], DcapErrors.TdxModule) { Platform = platform, QuotingEnclave = enclave };
        }

        IsvLevel? moduleLevel = IsvLevel.Of(module.Levels, td.TeeTcbSvn.Span[0]);
        TcbAssessment assessment = major > 0 && moduleLevel is null
            ? NotSupported(platform, moduleLevel, enclave)
            : Assess(sgx, platform, moduleLevel, enclave, status => Relaunch(td, info, sgx!.Status, status, moduleLevel, enclave!));
        return assessment;
    }

    private static TdxModule? FindModule(TcbInfo info, byte major) => major == 0
        ? info.Module
        : info.Modules.FirstOrDefault(module => string.Equals(module.Id, FormattableString.Invariant($"TDX_{major:X2}"), StringComparison.OrdinalIgnoreCase));

    private static TcbAssessment Assess(TcbLevel? sgx, TcbLevel? platform, IsvLevel? module, IsvLevel? enclave, Func<string, string> relaunch)
    {
        if (sgx is null || platform is null || enclave is null)
        {
            return NotSupported(platform, module, enclave);
        }

        ImmutableArray<string> advisories =
        [
            .. platform.Advisories.Concat(module?.Advisories ?? []).Concat(enclave.Advisories).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        bool known = IntelTcbStatus.IsOfPlatform(sgx.Status) && IntelTcbStatus.IsOfPlatform(platform.Status)
            && IntelTcbStatus.IsOfEnclave(module?.Status ?? IntelTcbStatus.UpToDate) && IntelTcbStatus.IsOfEnclave(enclave.Status);
        string status = platform.Status;
        if (known)
        {
            status = sgx.Status == IntelTcbStatus.Revoked ? IntelTcbStatus.Revoked : IntelTcbStatus.Converge(platform.Status, module?.Status ?? IntelTcbStatus.UpToDate);
            status = IntelTcbStatus.Converge(status == IntelTcbStatus.Revoked ? status : relaunch(status), enclave.Status);
        }

        string? error = !known ? DcapErrors.UnknownStatus
            : status == IntelTcbStatus.NotSupported ? DcapErrors.NotSupported
            : status == IntelTcbStatus.Revoked ? DcapErrors.Revoked
            : null;
        return new TcbAssessment(known ? status : Unknown(sgx, platform, module, enclave), advisories, error) { Platform = platform, Module = module, QuotingEnclave = enclave };
    }

    private static TcbAssessment NotSupported(TcbLevel? platform, IsvLevel? module, IsvLevel? enclave) =>
        new(IntelTcbStatus.NotSupported, [], DcapErrors.NotSupported) { Platform = platform, Module = module, QuotingEnclave = enclave };

    // The first part that says something unknown is what people must see.
    private static string Unknown(TcbLevel sgx, TcbLevel platform, IsvLevel? module, IsvLevel enclave) =>
        !IntelTcbStatus.IsOfPlatform(platform.Status) ? platform.Status
        : !IntelTcbStatus.IsOfPlatform(sgx.Status) ? sgx.Status
        : module is not null && !IntelTcbStatus.IsOfEnclave(module.Status) ? module.Status
        : enclave.Status;

    /// <summary>
    /// The status of a TD that started under an old module and runs under a current one: only the TD must start again (Intel QVL, step
    /// 4.1.2.4.17.4.3). Only TD reports 1.5 say what runs now.
    /// </summary>
    private static string Relaunch(TdReportBody td, TcbInfo info, string sgx, string status, IsvLevel? module, IsvLevel enclave)
    {
        bool onlyOld = sgx is IntelTcbStatus.UpToDate or IntelTcbStatus.SwHardeningNeeded or IntelTcbStatus.ConfigurationNeeded or IntelTcbStatus.ConfigurationAndSwHardeningNeeded
            && status is IntelTcbStatus.OutOfDate or IntelTcbStatus.OutOfDateConfigurationNeeded
            && module?.Status == IntelTcbStatus.OutOfDate
            && enclave.Status == IntelTcbStatus.UpToDate;
        if (!onlyOld || td.TeeTcbSvn2 is not { } now)
        {
            return status;
        }

        ReadOnlySpan<byte> running = now.Span;
        TcbLevel latest = info.Levels[0];
        uint? leastModule = running[1] == 0 ? latest.Tdx[0] : FindModule(info, running[1])?.Levels[0].IsvSvn;
        if (leastModule is null)
        {
            return IntelTcbStatus.NotSupported;
        }

        bool isCurrent = running[0] >= leastModule && running[2] >= latest.Tdx[2];
        return !isCurrent ? status
            : IntelTcbStatus.NeedsConfiguration(sgx) || IntelTcbStatus.NeedsConfiguration(status) ? IntelTcbStatus.TdRelaunchAdvisedConfigurationNeeded
            : IntelTcbStatus.TdRelaunchAdvised;
    }
}
