using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Assay.Attestation;

/// <summary>
/// The runtime data of Azure's paravisor: keys of the virtual TPM, how the machine is set up, and 64 bytes that the guest put in. The
/// paravisor's word, which the report's measurement is about. What the guest itself is made of isn't in it.
/// </summary>
internal sealed class AzureRuntimeData
{
    private const int MaxDepth = 8;
    private const int UserDataLength = 64;
    private const string AttestationKeyId = "HCLAkPub";

    private static readonly SearchValues<char> s_base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private readonly List<(string Name, string Value)> _configuration = [];

    private AzureRuntimeData(ReadOnlyMemory<byte> userData, string attestationKey)
    {
        UserData = userData;
        AttestationKey = attestationKey;
    }

    /// <summary>What the guest put in, 64 bytes; empty where the paravisor is too old to have it.</summary>
    internal ReadOnlyMemory<byte> UserData { get; }

    /// <summary>Thumbprint (RFC 7638) of the virtual TPM's attestation key, lower-case hexadecimal.</summary>
    internal string AttestationKey { get; }

    private bool SecureBoot { get; set; }

    /// <summary>Reads it; null if it isn't JSON in this form, or says something twice.</summary>
    internal static AzureRuntimeData? TryRead(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, s_strict);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            // InvalidOperationException: text that isn't Unicode is found only when it's asked for.
            return null;
        }
    }

    /// <summary>What a policy must accept by name.</summary>
    internal IEnumerable<string> Modes() => SecureBoot
        ? [SnpCodes.Paravisor, SnpCodes.GuestNotMeasured]
        : [SnpCodes.Paravisor, SnpCodes.GuestNotMeasured, SnpCodes.NoSecureBoot];

    /// <summary>For people.</summary>
    internal IEnumerable<(string Name, string Value)> Details() => [("vtpm-ak", AttestationKey), .. _configuration];

    private static AzureRuntimeData? Read(JsonElement root)
    {
        byte[] userData = [];
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("keys", out JsonElement keys) || keys.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        if (root.TryGetProperty("user-data", out JsonElement given))
        {
            userData = new byte[UserDataLength];
            if (given.ValueKind != JsonValueKind.String || !IsHex(given.GetString()!, userData))
            {
                return null;
            }
        }

        string?[] thumbprints = [.. keys.EnumerateArray().Where(static key => TextOf(key, "kid") == AttestationKeyId).Select(Thumbprint)];
        if (thumbprints is not [{ } attestationKey])
        {
            return null;
        }

        AzureRuntimeData data = new(userData, attestationKey);
        if (root.TryGetProperty("vm-configuration", out JsonElement configuration))
        {
            if (configuration.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            data.ReadConfiguration(configuration);
        }

        return data;
    }

    private void ReadConfiguration(JsonElement configuration)
    {
        foreach (string name in (ReadOnlySpan<string>)["secure-boot", "console-enabled", "tpm-enabled", "tpm-persisted"])
        {
            if (configuration.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                _configuration.Add(("vm-" + name, value.GetBoolean() ? "yes" : "no"));
                SecureBoot |= name == "secure-boot" && value.GetBoolean();
            }
        }

        if (TextOf(configuration, "vmUniqueId") is { } id && Guid.TryParseExact(id, "D", out Guid machine))
        {
            _configuration.Add(("vm-id", machine.ToString("D")));
        }
    }

    private static string? Thumbprint(JsonElement key)
    {
        string? exponent = TextOf(key, "e");
        string? modulus = TextOf(key, "n");
        return TextOf(key, "kty") == "RSA" && IsBase64Url(exponent) && IsBase64Url(modulus)
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"e":"{{exponent}}","kty":"RSA","n":"{{modulus}}"}""")))
            : null;
    }

    private static bool IsBase64Url(string? text) =>
        text is { Length: > 0 and <= 1024 } && !text.AsSpan().ContainsAnyExcept(s_base64Url);

    private static bool IsHex(string text, byte[] destination) =>
        text.Length == 2 * destination.Length && Convert.FromHexString(text, destination, out _, out _) == OperationStatus.Done;

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
