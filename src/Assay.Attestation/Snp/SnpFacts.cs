using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Assay.Attestation;

/// <summary>What a report says, in the form of all vendors.</summary>
internal static class SnpFacts
{
    /// <param name="report">The report.</param>
    /// <param name="azure">What it came in; null if it came as it is.</param>
    /// <param name="key">The certificate of the key that signed it; null if there is none.</param>
    /// <param name="product">The product; null if it isn't known.</param>
    /// <param name="list">The revocation list that counted; null if none did.</param>
    internal static EvidenceFacts Of(SnpReport report, AzureReport? azure, VekCertificate? key, SnpProduct? product, RevocationList? list) => new()
    {
        Type = azure is null ? EvidenceType.AmdSevSnp : EvidenceType.AzureSevSnp,
        ReportData = azure is null ? report.ReportData : azure.Runtime.UserData,
        Measurements =
        [
            new Measurement("measurement", report.Measurement),
            new Measurement("host-data", report.HostData),
            new Measurement("id-key-digest", report.IdKeyDigest),
            new Measurement("author-key-digest", report.AuthorKeyDigest),
            new Measurement("family-id", report.FamilyId),
            new Measurement("image-id", report.ImageId),
            new Measurement("report-id", report.ReportId),
            new Measurement("report-id-ma", report.ReportIdMa),
        ],
        Modes = [.. ReportModes(report, product), .. azure is null ? [] : azure.Runtime.Modes()],
        Product = product?.ToString(),
        Tcb = Tcb(report, product),
        CollateralIssuedAt = list?.ThisUpdate,
        CollateralExpiresAt = list?.NextUpdate,
        Platform = Platform(report, key),
        Details = [.. Details(report, product), .. azure is null ? [] : azure.Runtime.Details()],
    };

    /// <summary>Whether the report names the chip: firmware that was told to leaves zeros.</summary>
    internal static bool HasChipId(SnpReport report) => report.ChipId.Span.ContainsAnyExcept((byte)0);

    // A cloud's key sits in all its chips: whoever takes it out of one can name any chip, so that the cloud is the platform. A chip
    // that the report hides is still named by the certificate of its own key.
    private static PlatformIdentity Platform(SnpReport report, VekCertificate? key)
    {
        if (report.SigningKey == SnpKeyKind.Vlek)
        {
            return new PlatformIdentity("amd-csp", Encoding.UTF8.GetBytes(key?.Csp ?? string.Empty));
        }

        byte[] chip = new byte[SnpReport.ChipIdLength];
        ReadOnlyMemory<byte> named = HasChipId(report) ? report.ChipId : key?.Hwid ?? default;
        named.CopyTo(chip);
        return new PlatformIdentity("amd-chip", named.IsEmpty ? default : chip);
    }

    private static List<string> ReportModes(SnpReport report, SnpProduct? product)
    {
        List<string> modes = [];
        Add(modes, report.GuestPolicy.Debug, SnpCodes.Debug);
        Add(modes, report.GuestPolicy.MigrationAgent, SnpCodes.MigrationAgent);
        Add(modes, report.GuestPolicy.Cxl, SnpCodes.Cxl);
        Add(modes, report.GuestPolicy.HasUnknown, SnpCodes.UnknownPolicyBit);
        Add(modes, report.SigningKey == SnpKeyKind.Vlek, SnpCodes.Vlek);
        Add(modes, report.Vmpl == SnpReport.HostVmpl, SnpCodes.VmplHost);
        Add(modes, report.Vmpl is > 0 and <= 3, SnpCodes.VmplPrefix + report.Vmpl.ToString(CultureInfo.InvariantCulture));
        Add(modes, !report.PlatformInfo.AliasCheckComplete, SnpCodes.NoAliasCheck);
        Add(modes, report.Version == 2, SnpCodes.Version2);
        Add(modes, report.SigningKey == SnpKeyKind.Vcek && !HasChipId(report), SnpCodes.MaskedChip);
        Add(modes, product == SnpProduct.Milan, SnpCodes.Milan);
        return modes;
    }

    // The lowest that the guest ever ran at: firmware that is brought up to date later doesn't undo what an older one let happen.
    private static ImmutableArray<TcbComponent> Tcb(SnpReport report, SnpProduct? product)
    {
        if (product is not { } known || SnpTcb.TryRead(report.ReportedTcb.Span, known) is not { } least)
        {
            return [];
        }

        foreach (ReadOnlyMemory<byte> other in report.SaysCommitted ? (ReadOnlySpan<ReadOnlyMemory<byte>>)[report.CommittedTcb, report.CurrentTcb, report.LaunchTcb] : [report.CurrentTcb])
        {
            least = SnpTcb.TryRead(other.Span, known) is { } tcb ? least.Least(tcb) : least;
        }

        return [.. least.Components(), new TcbComponent("firmware", Number(report.CommittedFirmware)), new TcbComponent("guest-svn", report.GuestSvn)];
    }

    private static List<(string Name, string Value)> Details(SnpReport report, SnpProduct? product)
    {
        List<(string Name, string Value)> details =
        [
            ("report-version", report.Version.ToString(CultureInfo.InvariantCulture)),
            ("vmpl", report.Vmpl == SnpReport.HostVmpl ? "host" : report.Vmpl.ToString(CultureInfo.InvariantCulture)),
            ("signing-key", report.SigningKey switch { SnpKeyKind.Vcek => "vcek", SnpKeyKind.Vlek => "vlek", _ => "none" }),
            ("guest-policy", report.GuestPolicy.Text()),
            ("platform-info", report.PlatformInfo.Text()),
            ("author-key", report.HasAuthorKey ? "yes" : "no"),
            ("mask-chip-key", report.MasksChipKey ? "yes" : "no"),
            ("chip-id", Convert.ToHexStringLower(report.ChipId.Span)),
            ("current-firmware", Text(report.CurrentFirmware)),
            ("committed-firmware", Text(report.CommittedFirmware)),
        ];
        if (report.Cpu is { } cpu)
        {
            details.Add(("cpu", $"family {cpu.Family:x2}h, model {cpu.Model:x2}h, stepping {cpu.Stepping:x}h"));
        }

        if (product is { } known)
        {
            AddTcb(details, "reported-tcb", report.ReportedTcb, known);
            AddTcb(details, "committed-tcb", report.CommittedTcb, known);
            AddTcb(details, "current-tcb", report.CurrentTcb, known);
            AddTcb(details, "launch-tcb", report.LaunchTcb, known);
        }

        if (report.Mitigations is { } mitigations)
        {
            details.Add(("launch-mitigations", $"{mitigations.Launch:x}"));
            details.Add(("current-mitigations", $"{mitigations.Current:x}"));
        }

        return details;
    }

    private static void AddTcb(List<(string Name, string Value)> details, string name, ReadOnlyMemory<byte> bytes, SnpProduct product)
    {
        if (SnpTcb.TryRead(bytes.Span, product) is { } tcb)
        {
            details.Add((name, tcb.ToString()));
        }
    }

    private static void Add(List<string> modes, bool isSo, string code)
    {
        if (isSo)
        {
            modes.Add(code);
        }
    }

    private static string Text((byte Major, byte Minor, byte Build) version) => $"{version.Major}.{version.Minor}.{version.Build}";

    // 1.55.40 is 1055040: policies' floors are plain numbers.
    private static uint Number((byte Major, byte Minor, byte Build) version) => (version.Major * 1_000_000u) + (version.Minor * 1000u) + version.Build;
}
