using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

namespace Assay.Attestation;

/// <summary>What a quote, its platform's certificate and Intel's collateral say, as <see cref="EvidenceFacts"/>.</summary>
internal static class DcapFacts
{
    /// <summary>What the quote says by itself.</summary>
    internal static EvidenceFacts Of(EvidenceType type, DcapQuote quote, PckExtension? pck, string? ca) => new()
    {
        Type = type,
        ReportData = quote.Td?.ReportData ?? quote.Enclave!.ReportData,
        Measurements = quote.Td is { } td ? OfTd(td) : OfEnclave(quote.Enclave!),
        Modes = DcapModes.Of(quote),
        Product = pck is null ? null : Hex(pck.Fmspc),
        Tcb = Tcb(quote, pck),
        Platform = new PlatformIdentity("intel-platform", pck?.PlatformInstanceId ?? pck?.Ppid ?? ReadOnlyMemory<byte>.Empty),
        Details = Details(quote, pck, ca),
    };

    /// <summary>With what the collateral comes to.</summary>
    internal static EvidenceFacts With(EvidenceFacts facts, TcbAssessment assessment, DcapCollateral collateral) => facts with
    {
        TcbStatus = assessment.Status,
        Advisories = assessment.Advisories,
        TcbEvaluationNumber = Math.Min(collateral.TcbInfo.EvaluationNumber, collateral.QeIdentity.EvaluationNumber),
        CollateralIssuedAt = Earlier(collateral.TcbInfo.IssueDate, collateral.QeIdentity.IssueDate),
        CollateralExpiresAt = Earlier(collateral.TcbInfo.NextUpdate, collateral.QeIdentity.NextUpdate),
        Details =
        [
            .. facts.Details,
            .. Level("platform", assessment.Platform?.Status, assessment.Platform?.Date),
            .. Level("tdx-module", assessment.Module?.Status, assessment.Module?.Date),
            .. Level("quoting-enclave", assessment.QuotingEnclave?.Status, assessment.QuotingEnclave?.Date),
        ],
    };

    private static ImmutableArray<Measurement> OfTd(TdReportBody td) =>
    [
        new("mrtd", td.MrTd),
        new("rtmr0", td.Rtmr(0)),
        new("rtmr1", td.Rtmr(1)),
        new("rtmr2", td.Rtmr(2)),
        new("rtmr3", td.Rtmr(3)),
        new("mrconfigid", td.MrConfigId),
        new("mrowner", td.MrOwner),
        new("mrownerconfig", td.MrOwnerConfig),
        new("td-attributes", td.TdAttributes),
        new("xfam", td.Xfam),
        new("mrseam", td.MrSeam),
        new("mrsignerseam", td.MrSignerSeam),
        new("seam-attributes", td.SeamAttributes),
        .. td.MrServiceTd is { } service ? [new Measurement("mrservicetd", service)] : ImmutableArray<Measurement>.Empty,
    ];

    private static ImmutableArray<Measurement> OfEnclave(EnclaveReportBody enclave) =>
    [
        new("mrenclave", enclave.MrEnclave),
        new("mrsigner", enclave.MrSigner),
        new("isv-prod-id", BigEndian(enclave.IsvProdId)),
        new("attributes", enclave.Attributes),
        new("miscselect", enclave.MiscSelect),
        new("isv-ext-prod-id", enclave.IsvExtProdId),
        new("isv-family-id", enclave.IsvFamilyId),
        new("config-id", enclave.ConfigId),
        new("config-svn", BigEndian(enclave.ConfigSvn)),
    ];

    private static ImmutableArray<TcbComponent> Tcb(DcapQuote quote, PckExtension? pck)
    {
        ImmutableArray<TcbComponent>.Builder components = ImmutableArray.CreateBuilder<TcbComponent>();
        if (pck is not null)
        {
            AddNumbered(components, "sgx-component", pck.Svns.Span);
            components.Add(new TcbComponent("pcesvn", pck.PceSvn));
        }

        components.Add(new TcbComponent("qe-isvsvn", quote.QeReport.IsvSvn));
        if (quote.Td is { } td)
        {
            components.Add(new TcbComponent("module-isvsvn", td.TeeTcbSvn.Span[0]));
            components.Add(new TcbComponent("module-major", td.TeeTcbSvn.Span[1]));
            AddNumbered(components, "tdx-component", td.TeeTcbSvn.Span);
        }
        else
        {
            components.Add(new TcbComponent("isv-svn", quote.Enclave!.IsvSvn));
        }

        return components.ToImmutable();
    }

    private static void AddNumbered(ImmutableArray<TcbComponent>.Builder components, string name, ReadOnlySpan<byte> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            components.Add(new TcbComponent(string.Create(CultureInfo.InvariantCulture, $"{name}-{i + 1:00}"), values[i]));
        }
    }

    private static ImmutableArray<(string, string)> Details(DcapQuote quote, PckExtension? pck, string? ca)
    {
        ImmutableArray<(string, string)>.Builder details = ImmutableArray.CreateBuilder<(string, string)>();
        details.Add(("quote-version", quote.Version.ToString(CultureInfo.InvariantCulture)));
        details.Add(("quote-user-data", Hex(quote.UserData)));
        if (!quote.Trailing.IsEmpty)
        {
            details.Add(("trailing-bytes", quote.Trailing.Length.ToString(CultureInfo.InvariantCulture)));
        }

        if (quote.Td?.TeeTcbSvn2 is { } running)
        {
            details.Add(("tee-tcb-svn2", Hex(running)));
        }

        if (pck is not null)
        {
            details.Add(("platform-ca", ca ?? ""));
            details.Add(("ppid", Hex(pck.Ppid)));
            details.Add(("pceid", Hex(pck.PceId)));
            details.Add(("cpusvn", Hex(pck.CpuSvn)));
            details.Add(("sgx-type", pck.SgxType switch { 0 => "standard", 1 => "scalable", _ => "scalable-with-integrity" }));
            AddFlag(details, "dynamic-platform", pck.DynamicPlatform);
            AddFlag(details, "cached-keys", pck.CachedKeys);
            AddFlag(details, "smt-enabled", pck.SmtEnabled);
        }

        return details.ToImmutable();
    }

    private static void AddFlag(ImmutableArray<(string, string)>.Builder details, string name, bool? value)
    {
        if (value is bool known)
        {
            details.Add((name, known ? "yes" : "no"));
        }
    }

    private static ImmutableArray<(string, string)> Level(string part, string? status, DateTimeOffset? date) => status is null || date is not { } day
        ? []
        : [(part + "-status", status), (part + "-tcb-date", day.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))];

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static byte[] BigEndian(ushort value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
