using System.Text.Json;
using Assay.Evm;
using Assay.Files;

namespace Assay.Chain;

/// <summary>
/// A keystore's parts (Web3 Secret Storage Definition, version 3), as read from or written to its JSON. Nothing here is secret.
/// </summary>
internal sealed record KeystoreFile(KeystoreDerivation Derivation, byte[] Iv, byte[] Ciphertext, byte[] Mac, EvmAddress? Address, Guid Id)
{
    public const int MaxBytes = 16 * 1024;

    private const int MaxDepth = 4;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <exception cref="KeyException">They aren't a keystore of version 3, or ask for too much.</exception>
    public static KeystoreFile Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            JsonElement root = document.RootElement;
            if (Whole(root, "version") != 3)
            {
                throw Malformed("it isn't of version 3");
            }

            // Files of geth's first years spell it with a capital.
            JsonElement crypto = root.TryGetProperty("crypto", out JsonElement member) ? member : Member(root, "Crypto");
            if (Text(crypto, "cipher") != "aes-128-ctr")
            {
                throw new KeyException(WalletErrors.Parameters, "A keystore's cipher is aes-128-ctr, and this file wants another.");
            }

            KeystoreDerivation derivation = KeystoreDerivation.Read(Text(crypto, "kdf"), Member(crypto, "kdfparams"));
            EvmAddress? address = root.TryGetProperty("address", out JsonElement named) && named.ValueKind != JsonValueKind.Null ? EvmAddress.From(Bytes(named, EvmAddress.Size, EvmAddress.Size)) : null;
            return new KeystoreFile(
                derivation, Bytes(Member(Member(crypto, "cipherparams"), "iv"), 16, 16), Bytes(Member(crypto, "ciphertext"), EvmAccount.KeySize, EvmAccount.KeySize),
                Bytes(Member(crypto, "mac"), 32, 32), address, Guid.TryParse(root.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null, out Guid guid) ? guid : default);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Malformed("it isn't JSON with a keystore's members");
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("address", Convert.ToHexStringLower(Address!.Value.Bytes));
        json.WriteStartObject("crypto");
        json.WriteString("cipher", "aes-128-ctr");
        json.WriteString("ciphertext", Convert.ToHexStringLower(Ciphertext));
        json.WriteStartObject("cipherparams");
        json.WriteString("iv", Convert.ToHexStringLower(Iv));
        json.WriteEndObject();
        Derivation.Write(json);
        json.WriteString("mac", Convert.ToHexStringLower(Mac));
        json.WriteEndObject();
        json.WriteString("id", Id);
        json.WriteNumber("version", 3);
        json.WriteEndObject();
    }

    internal static KeyException Malformed(string what) => new(WalletErrors.Malformed, $"The file isn't a keystore that can be used: {what}.");

    internal static JsonElement Member(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement member) ? member : throw Malformed($"'{name}' is missing");

    internal static long Whole(JsonElement element, string name) => Member(element, name).TryGetInt64(out long number) ? number : throw Malformed($"'{name}' isn't a whole number");

    internal static string Text(JsonElement element, string name) => Member(element, name).GetString() ?? throw Malformed($"'{name}' isn't text");

    /// <summary>Digits; some programs write 0x before them.</summary>
    internal static byte[] Bytes(JsonElement element, int least, int most)
    {
        ReadOnlySpan<char> text = element.GetString();
        text = text.StartsWith("0x") ? text[2..] : text;
        byte[] bytes = new byte[Math.Min(text.Length / 2, most)];
        return text.Length % 2 == 0 && text.Length >= 2 * least && text.Length <= 2 * most && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? bytes
            : throw Malformed($"there are {least} to {most} bytes in digits that it lacks");
    }
}
