using System.Globalization;
using System.Text;

namespace Assay.Testing.Attestation;

/// <summary>What synthetic TCB info says: for a platform of <see cref="SyntheticIntelPlatform"/>'s defaults, up to date.</summary>
public sealed record SyntheticTcbInfo
{
    /// <summary>TDX, or SGX.</summary>
    public string Id { get; init; } = "TDX";

    /// <summary>3, or 2 for SGX.</summary>
    public int Version { get; init; } = 3;

    /// <summary>When it was issued.</summary>
    public DateTimeOffset IssueDate { get; init; } = SyntheticPki.NotBefore;

    /// <summary>When it ends.</summary>
    public DateTimeOffset NextUpdate { get; init; } = SyntheticPki.NotAfter;

    /// <summary>Which platforms.</summary>
    public string Fmspc { get; init; } = "90C06F000000";

    /// <summary>Which PCE.</summary>
    public string PceId { get; init; } = "0000";

    /// <summary>Evaluation number.</summary>
    public int EvaluationNumber { get; init; } = 18;

    /// <summary>Levels, in any order.</summary>
    public IReadOnlyList<SyntheticTcbLevel> Levels { get; init; } =
    [
        SyntheticTcbLevel.Of(5, 13, 5, 3, "UpToDate"),
        SyntheticTcbLevel.Of(3, 13, 5, 2, "OutOfDate", "INTEL-SA-00002", "INTEL-SA-00001"),
    ];

    /// <summary>Modules from major version 1 on; null for none at all.</summary>
    public IReadOnlyList<SyntheticTdxModule>? Modules { get; init; } =
    [
        new("TDX_03", new SyntheticIsvLevel(3, "UpToDate")),
        new("TDX_01", new SyntheticIsvLevel(6, "UpToDate"), new SyntheticIsvLevel(4, "OutOfDate", "INTEL-SA-00003")),
    ];

    /// <summary>Further members, as JSON with a comma in front.</summary>
    public string Extra { get; init; } = "";

    /// <summary>The object that is signed.</summary>
    public string ToJson()
    {
        bool tdx = Id == "TDX";
        StringBuilder json = new("{");
        json.Append(Version == 2 ? "" : $"\"id\":\"{Id}\",").Append(CultureInfo.InvariantCulture, $"\"version\":{Version},\"issueDate\":\"{Time(IssueDate)}\",\"nextUpdate\":\"{Time(NextUpdate)}\",");
        json.Append(CultureInfo.InvariantCulture, $"\"fmspc\":\"{Fmspc}\",\"pceId\":\"{PceId}\",\"tcbType\":0,\"tcbEvaluationDataNumber\":{EvaluationNumber},");
        if (tdx)
        {
            json.Append(CultureInfo.InvariantCulture, $"\"tdxModule\":{{{Module(new byte[48], new byte[8])}}},");
            json.Append(Modules is null ? "" : $"\"tdxModuleIdentities\":[{string.Join(',', Modules.Select(static module => $"{{\"id\":\"{module.Id}\",{Module(module.MrSigner, module.Attributes)},\"tcbLevels\":{IsvLevels(module.Levels)}}}"))}],");
        }

        return json.Append(CultureInfo.InvariantCulture, $"\"tcbLevels\":[{string.Join(',', Levels.Select(level => Level(level, tdx)))}]{Extra}}}").ToString();
    }

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal static string IsvLevels(IEnumerable<SyntheticIsvLevel> levels) =>
        $"[{string.Join(',', levels.Select(static level => string.Create(CultureInfo.InvariantCulture, $"{{\"tcb\":{{\"isvsvn\":{level.IsvSvn}}},{Status(level.Status, level.Advisories)}}}")))}]";

    private static string Module(byte[] mrSigner, byte[] attributes) =>
        $"\"mrsigner\":\"{Convert.ToHexString(mrSigner)}\",\"attributes\":\"{Convert.ToHexString(attributes)}\",\"attributesMask\":\"FFFFFFFFFFFFFFFF\"";

    private static string Status(string status, string[] advisories) =>
        $"\"tcbDate\":\"2024-03-13T00:00:00Z\",\"tcbStatus\":\"{status}\"" + (advisories.Length == 0 ? "" : $",\"advisoryIDs\":[{string.Join(',', advisories.Select(static id => $"\"{id}\""))}]");

    private string Level(SyntheticTcbLevel level, bool tdx)
    {
        string sgx = Version == 2
            ? string.Join(',', level.Sgx.Select(static (svn, i) => string.Create(CultureInfo.InvariantCulture, $"\"sgxtcbcomp{i + 1:00}svn\":{svn}")))
            : $"\"sgxtcbcomponents\":{Components(level.Sgx)}";
        return string.Create(CultureInfo.InvariantCulture, $"{{\"tcb\":{{{sgx},\"pcesvn\":{level.PceSvn}{(tdx ? $",\"tdxtcbcomponents\":{Components(level.Tdx)}" : "")}}},{Status(level.Status, level.Advisories)}}}");
    }

    private static string Components(byte[] svns) => $"[{string.Join(',', svns.Select(static svn => string.Create(CultureInfo.InvariantCulture, $"{{\"svn\":{svn}}}")))}]";
}
