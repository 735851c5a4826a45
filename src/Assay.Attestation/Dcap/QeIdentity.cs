using System.Collections.Immutable;
using System.Text.Json;

namespace Assay.Attestation;

/// <summary>Which quoting enclave counts (PCS API v4, "Get Quoting Enclave Identity" and "Get TD Quoting Enclave Identity"), version 2.</summary>
internal sealed record QeIdentity : IntelStatement
{
    internal const string Sgx = "QE";

    internal const string Tdx = "TD_QE";

    internal required ReadOnlyMemory<byte> MiscSelect { get; init; }

    internal required ReadOnlyMemory<byte> MiscSelectMask { get; init; }

    internal required ReadOnlyMemory<byte> Attributes { get; init; }

    internal required ReadOnlyMemory<byte> AttributesMask { get; init; }

    internal required ReadOnlyMemory<byte> MrSigner { get; init; }

    internal required uint IsvProdId { get; init; }

    /// <summary>Highest first.</summary>
    internal required ImmutableArray<IsvLevel> Levels { get; init; }

    /// <summary>Reads one with its signature; null if it isn't in a form that is known.</summary>
    internal static QeIdentity? TryRead(ReadOnlyMemory<byte> utf8) =>
        SignedStatement.TryRead(utf8, "enclaveIdentity", Read, out SignedStatement statement) is { } read ? read with { Statement = statement } : null;

    /// <summary>Whether an enclave is the one that is meant. Its version is judged apart.</summary>
    internal bool Is(EnclaveReportBody report) =>
        Masked.Equal(report.MiscSelect.Span, MiscSelect.Span, MiscSelectMask.Span)
        && Masked.Equal(report.Attributes.Span, Attributes.Span, AttributesMask.Span)
        && report.MrSigner.Span.SequenceEqual(MrSigner.Span)
        && report.IsvProdId == IsvProdId;

    private static QeIdentity? Read(JsonElement element)
    {
        JsonFields fields = new();
        QeIdentity identity = new()
        {
            Id = fields.Text(element, "id"),
            Version = fields.Number(element, "version", 2),
            IssueDate = fields.Date(element, "issueDate"),
            NextUpdate = fields.Date(element, "nextUpdate"),
            EvaluationNumber = fields.Number(element, "tcbEvaluationDataNumber", int.MaxValue),
            Statement = default,
            MiscSelect = fields.Hex(element, "miscselect", 4),
            MiscSelectMask = fields.Hex(element, "miscselectMask", 4),
            Attributes = fields.Hex(element, "attributes", 16),
            AttributesMask = fields.Hex(element, "attributesMask", 16),
            MrSigner = fields.Hex(element, "mrsigner", 32),
            IsvProdId = fields.Number(element, "isvprodid", ushort.MaxValue),
            Levels = IsvLevel.Read(fields, element),
        };
        return fields.Failed || identity.Version != 2 ? null : identity;
    }
}
