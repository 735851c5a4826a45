using System.Collections.Immutable;
using System.Text.Json;

namespace Assay.Attestation;

/// <summary>
/// Intel TCB info (PCS API v4, "Get TCB Info"): version 3 for SGX or TDX; version 2, which is older, for SGX. Members that aren't known
/// are passed over: Intel adds some, and what is known is signed.
/// </summary>
internal sealed record TcbInfo : IntelStatement
{
    internal const string Sgx = "SGX";

    internal const string Tdx = "TDX";

    internal required ReadOnlyMemory<byte> Fmspc { get; init; }

    internal required ReadOnlyMemory<byte> PceId { get; init; }

    /// <summary>The module of major version 0; null for SGX.</summary>
    internal required TdxModule? Module { get; init; }

    /// <summary>Modules of later major versions; empty for SGX, and in info from before there were any.</summary>
    internal required ImmutableArray<TdxModule> Modules { get; init; }

    /// <summary>Highest first.</summary>
    internal required ImmutableArray<TcbLevel> Levels { get; init; }

    /// <summary>Reads one with its signature; null if it isn't in a form that is known.</summary>
    internal static TcbInfo? TryRead(ReadOnlyMemory<byte> utf8) =>
        SignedStatement.TryRead(utf8, "tcbInfo", Read, out SignedStatement statement) is { } read ? read with { Statement = statement } : null;

    private static TcbInfo? Read(JsonElement element)
    {
        JsonFields fields = new();
        uint version = fields.Number(element, "version", 3);
        string id = version == 2 ? Sgx : fields.Text(element, "id");
        bool isTdx = id == Tdx;
        if (version < 2 || (id != Sgx && !isTdx) || (!isTdx && (element.TryGetProperty("tdxModule", out _) || element.TryGetProperty("tdxModuleIdentities", out _))))
        {
            return null;
        }

        fields.Number(element, "tcbType", 0);
        TcbInfo info = new()
        {
            Id = id,
            Version = version,
            IssueDate = fields.Date(element, "issueDate"),
            NextUpdate = fields.Date(element, "nextUpdate"),
            EvaluationNumber = fields.Number(element, "tcbEvaluationDataNumber", int.MaxValue),
            Statement = default,
            Fmspc = fields.Hex(element, "fmspc", 6),
            PceId = fields.Hex(element, "pceId", 2),
            Module = isTdx ? ReadModule(fields, fields.Object(element, "tdxModule"), isFirst: true) : null,
            Modules = isTdx && element.TryGetProperty("tdxModuleIdentities", out _)
                ? [.. fields.Array(element, "tdxModuleIdentities").Select(module => ReadModule(fields, module, isFirst: false))]
                : [],
            Levels = TcbLevel.Read(fields, element, version, isTdx),
        };
        bool twice = info.Modules.DistinctBy(static module => module.Id, StringComparer.OrdinalIgnoreCase).Count() != info.Modules.Length;
        return fields.Failed || twice ? null : info;
    }

    private static TdxModule ReadModule(JsonFields fields, JsonElement element, bool isFirst) => new(
        isFirst ? null : fields.Text(element, "id"),
        fields.Hex(element, "mrsigner", 48),
        fields.Hex(element, "attributes", 8),
        fields.Hex(element, "attributesMask", 8),
        isFirst ? [] : IsvLevel.Read(fields, element));
}
