using System.Buffers;
using System.Text.Json;

namespace Assay.Payments;

/// <summary>The offers of a 402: x402's PaymentRequired. One 402 has version 2 in its header and version 1 in its body.</summary>
public sealed record PaymentRequired
{
    /// <summary>1 or 2.</summary>
    public required int Version { get; init; }

    /// <summary>Why the request wasn't served, in words or as a code; null if nothing is said.</summary>
    public string? Error { get; init; }

    /// <summary>What is paid for; null by version 1, whose entries have a resource each.</summary>
    public PaymentResource? Resource { get; init; }

    /// <summary>The entries that Assay can deal with, in order.</summary>
    public required IReadOnlyList<PaymentRequirements> Offers { get; init; }

    /// <summary>Each of <see cref="Offers"/> as it was written: what a client sends back. Empty in one that was made here.</summary>
    public IReadOnlyList<JsonElement> Entries { get; init; } = [];

    /// <summary><c>resource</c> as it was written; null if there is none, and in one that was made here.</summary>
    public JsonElement? ResourceElement { get; init; }

    /// <summary><c>extensions</c>: as they were written, or to be written; null if there are none.</summary>
    public JsonElement? Extensions { get; init; }

    /// <summary>Reads the header of version 2, or the body of version 1. Entries of other kinds are left out. Null if it is neither, or not strict JSON.</summary>
    public static PaymentRequired? TryRead(ReadOnlyMemory<byte> json)
    {
        if (PaymentJson.TryParse(json, PaymentHeader.MaxLength) is not { } root
            || !root.TryGetProperty("x402Version", out JsonElement version) || version.ValueKind != JsonValueKind.Number || version.GetRawText() is not ("1" or "2")
            || !root.TryGetProperty("accepts", out JsonElement accepts) || accepts.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        bool first = version.GetRawText() == "1";
        JsonElement? resource = first ? null : PaymentJson.Object(root, "resource");
        (JsonElement Entry, PaymentRequirements? Offer)[] read = [.. accepts.EnumerateArray().Select(entry => (entry, first ? RequirementsReader.TryReadV1(entry) : RequirementsReader.TryRead(entry)))];
        return new PaymentRequired
        {
            Version = first ? 1 : 2,
            Error = PaymentJson.Text(root, "error"),
            Resource = resource is { } element && PaymentJson.Text(element, "url") is { } url ? new PaymentResource(url, PaymentJson.Text(element, "description") ?? "", PaymentJson.Text(element, "mimeType") ?? "") : null,
            ResourceElement = resource,
            Offers = [.. read.Select(static pair => pair.Offer).OfType<PaymentRequirements>()],
            Entries = [.. read.Where(static pair => pair.Offer is not null).Select(static pair => pair.Entry)],
            Extensions = PaymentJson.Object(root, "extensions"),
        };
    }

    /// <summary>The JSON of version 2, for the header.</summary>
    /// <exception cref="InvalidOperationException">There is no resource.</exception>
    public byte[] WriteV2()
    {
        ArrayBufferWriter<byte> buffer = new(2048);
        using (Utf8JsonWriter json = new(buffer))
        {
            PaymentResource resource = Resource ?? throw new InvalidOperationException("version 2 names its resource");
            json.WriteStartObject();
            json.WriteNumber("x402Version", 2);
            WriteError(json);
            json.WriteStartObject("resource");
            json.WriteString("url", resource.Url);
            json.WriteString("description", resource.Description);
            json.WriteString("mimeType", resource.MimeType);
            json.WriteEndObject();
            json.WriteStartArray("accepts");
            foreach (PaymentRequirements offer in Offers)
            {
                offer.Write(json);
            }

            json.WriteEndArray();
            if (Extensions is { } extensions)
            {
                json.WritePropertyName("extensions");
                extensions.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Writes the members of version 1 into an object that is open: <c>x402Version</c>, <c>error</c>, <c>accepts</c>, with what version 1 can
    /// say: <c>exact</c> by EIP-3009 on a chain that has a name there.
    /// </summary>
    /// <returns>How many entries were written; with none of them, nothing at all was.</returns>
    public int WriteV1Members(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        PaymentRequirements[] sayable = [.. Offers.Where(static offer => offer.Method == TransferMethod.Eip3009 && NamedNetworks.NameOf(offer.ChainId) is not null)];
        if (sayable.Length == 0 || Resource is not { } resource)
        {
            return 0;
        }

        json.WriteNumber("x402Version", 1);
        WriteError(json);
        json.WriteStartArray("accepts");
        foreach (PaymentRequirements offer in sayable)
        {
            WriteV1(json, offer, resource);
        }

        json.WriteEndArray();
        return sayable.Length;
    }

    /// <summary>Writes one entry of version 1.</summary>
    public static void WriteV1(Utf8JsonWriter json, PaymentRequirements offer, PaymentResource resource)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(resource);
        json.WriteStartObject();
        json.WriteString("scheme", offer.Scheme);
        json.WriteString("network", NamedNetworks.NameOf(offer.ChainId));
        json.WriteString("maxAmountRequired", Evm.EvmAmount.Text(offer.Amount));
        json.WriteString("resource", resource.Url);
        json.WriteString("description", offer.Level is { } level ? $"{resource.Description} ({level})" : resource.Description);
        json.WriteString("mimeType", resource.MimeType);
        json.WriteString("payTo", offer.PayTo.ToString());
        json.WriteNumber("maxTimeoutSeconds", offer.MaxTimeoutSeconds);
        json.WriteString("asset", offer.Asset.ToString());

        // No "outputSchema": where it is null, version 1's own client throws.
        json.WriteStartObject("extra");
        json.WriteString("name", offer.TokenName);
        json.WriteString("version", offer.TokenVersion);
        if (offer.Level is not null)
        {
            json.WriteString("level", offer.Level);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteError(Utf8JsonWriter json)
    {
        if (Error is not null)
        {
            json.WriteString("error", Error);
        }
    }
}
