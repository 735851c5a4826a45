using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Assay.Attestation;

/// <summary>Collateral files that are JSON. Statements keep the bytes that are signed.</summary>
internal static class CollateralJson
{
    private const int MaxDepth = 16;

    private static readonly string[] Chains = ["pck_crl_issuer_chain", "tcb_info_issuer_chain", "qe_identity_issuer_chain", "pck_certificate_chain"];

    private static readonly string[] Lists = ["root_ca_crl", "pck_crl"];

    /// <summary>The pieces; empty, perhaps with an error, if it's no file that is known. Unknown members are passed over: bundles carry some.</summary>
    internal static ImmutableArray<CollateralItem> Read(ReadOnlyMemory<byte> utf8, out string? error)
    {
        error = null;
        try
        {
            if (!Utf8.IsValid(utf8.Span))
            {
                return [];
            }

            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            JsonElement root = document.RootElement;
            if (root.TryGetProperty("tcbInfo", out _) || root.TryGetProperty("enclaveIdentity", out _))
            {
                error = root.TryGetProperty("signature", out _) ? null : AttestationErrors.CollateralUnsigned;
                return Statement(utf8) is { } statement ? [statement] : [];
            }

            if (root.TryGetProperty("tcbLevels", out _))
            {
                error = AttestationErrors.CollateralUnsigned;
                return [];
            }

            return Bundle(root);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The framework's reader has no other way to say that text isn't JSON, or that a string has a lone surrogate.
            return [];
        }
    }

    private static ImmutableArray<CollateralItem> Bundle(JsonElement root)
    {
        ImmutableArray<CollateralItem>.Builder items = ImmutableArray.CreateBuilder<CollateralItem>();
        bool good = true;
        foreach (string name in Chains)
        {
            if (Text(root, name, ref good) is { } pem)
            {
                ImmutableArray<CollateralItem> chain = CollateralFiles.ReadPem(pem);
                good &= !chain.IsEmpty;
                items.AddRange(chain);
            }
        }

        foreach (string name in Lists)
        {
            if (Text(root, name, ref good) is { } list)
            {
                ImmutableArray<CollateralItem> read = list.AsSpan().StartsWith("-----BEGIN"u8) ? CollateralFiles.ReadPem(list)
                    : CollateralFiles.TryEncodedDer(list) is { } item ? [item] : [];
                good &= !read.IsEmpty;
                items.AddRange(read);
            }
        }

        foreach ((string name, string member) in ((string, string)[])[("tcb_info", "tcbInfo"), ("qe_identity", "enclaveIdentity")])
        {
            if (Text(root, name, ref good) is { } statement)
            {
                // Some bundles keep the service's whole answer, others the object and its signature apart.
                byte[]? signature = Text(root, name + "_signature", ref good);
                CollateralItem? item = signature is null
                    ? Statement(statement)
                    : Statement((byte[])[.. Encoding.UTF8.GetBytes($"{{\"{member}\":"), .. statement, .. ",\"signature\":\""u8, .. signature, .. "\"}"u8]);
                good &= item is not null;
                if (item is not null)
                {
                    items.Add(item);
                }
            }
        }

        return good ? [.. items.DistinctBy(static item => (item.Kind, Convert.ToHexString(item.Bytes.Span)))] : [];
    }

    private static CollateralItem? Statement(ReadOnlyMemory<byte> utf8) =>
        TcbInfo.TryRead(utf8) is not null ? new CollateralItem(CollateralKind.IntelTcbInfo, utf8)
        : QeIdentity.TryRead(utf8) is not null ? new CollateralItem(CollateralKind.IntelQeIdentity, utf8)
        : null;

    private static byte[]? Text(JsonElement root, string name, ref bool good)
    {
        if (!root.TryGetProperty(name, out JsonElement member) || member.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        good &= member.ValueKind == JsonValueKind.String;
        return member.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(member.GetString()!) : null;
    }
}
