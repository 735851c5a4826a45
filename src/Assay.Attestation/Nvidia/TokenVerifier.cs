using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Assay.Attestation;

/// <summary>
/// Verifies detached tokens of NVIDIA's remote attestation service, <c>[["JWT", overall], {"GPU-0": jwt}]</c> (RFC 9711, section 4.2.18.2:
/// submodules by digest). Such a token is a third party's word; a device's report says more.
/// </summary>
public static class TokenVerifier
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 1 << 18;

    private const int MaxDevices = 64;
    private const string PublishedNonce = "931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb";

    /// <summary>Makes the steps.</summary>
    /// <param name="token">The JSON.</param>
    /// <param name="keys">The service's P-384 keys, x then y, by key id; empty if they aren't here.</param>
    /// <param name="at">When it must be in force.</param>
    /// <param name="nonce">What was asked for, in hexadecimal digits; null if the caller doesn't know.</param>
    public static TokenAppraisal Verify(ReadOnlyMemory<byte> token, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> keys, DateTimeOffset at, string? nonce)
    {
        ArgumentNullException.ThrowIfNull(keys);
        StepTable steps = new(StepCodes.Parse, StepCodes.Signature, StepCodes.Binding, StepCodes.Freshness);
        if (Parsed.TryRead(token) is not { } parsed)
        {
            steps.Set(StepCodes.Parse, NvidiaErrors.Token);
            return new TokenAppraisal(steps.Steps, []);
        }

        steps.Set(StepCodes.Parse, null);
        if (!keys.TryGetValue(parsed.KeyId, out ReadOnlyMemory<byte> point) || PublicKey.TryFromPoint(point.Span) is not { Kind: PublicKeyKind.P384 } key)
        {
            steps.Skip(StepCodes.Signature, NvidiaErrors.TokenKey);
        }
        else
        {
            steps.Set(StepCodes.Signature, key.VerifiesRaw(parsed.Signed, parsed.Signature) ? null : NvidiaErrors.TokenSignature);
        }

        steps.Set(StepCodes.Binding, parsed.Digests.Count == parsed.Devices.Count
            && parsed.Digests.All(pair => parsed.Devices.TryGetValue(pair.Key, out string? device) && Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(device))) == pair.Value)
                ? null : NvidiaErrors.TokenDigest);
        Freshness(parsed, at, nonce, steps);
        return new TokenAppraisal(steps.Steps, [.. parsed.Devices.Keys.Order(StringComparer.Ordinal)]);
    }

    private static void Freshness(Parsed parsed, DateTimeOffset at, string? nonce, StepTable steps)
    {
        long now = at.ToUnixTimeSeconds();
        if (parsed.Nonce.Equals(PublishedNonce, StringComparison.OrdinalIgnoreCase))
        {
            steps.Set(StepCodes.Freshness, NvidiaErrors.PublishedNonce);
        }
        else if (now < parsed.NotBefore || now >= parsed.Expires)
        {
            steps.Set(StepCodes.Freshness, NvidiaErrors.TokenTime);
        }
        else if (nonce is null)
        {
            steps.Skip(StepCodes.Freshness, NvidiaErrors.NoNonce);
        }
        else
        {
            steps.Set(StepCodes.Freshness, parsed.Nonce.Equals(nonce, StringComparison.OrdinalIgnoreCase) ? null : NvidiaErrors.Nonce);
        }
    }

    /// <summary>The token's parts, nothing of it believed.</summary>
    private sealed record Parsed(string KeyId, byte[] Signed, byte[] Signature, string Nonce, long NotBefore, long Expires, Dictionary<string, string> Digests, Dictionary<string, string> Devices)
    {
        private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

        internal static Parsed? TryRead(ReadOnlyMemory<byte> token)
        {
            try
            {
                return token.Length <= MaxLength ? Read(token) : null;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
            {
                return null;
            }
        }

        private static Parsed? Read(ReadOnlyMemory<byte> token)
        {
            using JsonDocument json = JsonDocument.Parse(token, Strict);
            if (json.RootElement.GetArrayLength() != 2 || json.RootElement[0].GetArrayLength() != 2 || json.RootElement[0][0].GetString() != "JWT"
                || json.RootElement[0][1].GetString()?.Split('.') is not [var header, var payload, var signature])
            {
                return null;
            }

            using JsonDocument head = JsonDocument.Parse(Base64Url.DecodeFromChars(header), Strict);
            using JsonDocument claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload), Strict);
            if (head.RootElement.GetProperty("alg").GetString() != "ES384")
            {
                return null;
            }

            Dictionary<string, string> devices = json.RootElement[1].EnumerateObject().Take(MaxDevices).ToDictionary(static device => device.Name, static device => device.Value.GetString()!);
            Dictionary<string, string> digests = [];
            foreach (JsonProperty submodule in claims.RootElement.GetProperty("submods").EnumerateObject())
            {
                if (submodule.Value.GetArrayLength() != 2 || submodule.Value[0].GetString() != "DIGEST"
                    || submodule.Value[1].GetArrayLength() != 2 || submodule.Value[1][0].GetString() is not ("SHA-256" or "SHA256"))
                {
                    return null;
                }

                digests.Add(submodule.Name, submodule.Value[1][1].GetString()!.ToLowerInvariant());
            }

            return new Parsed(
                head.RootElement.GetProperty("kid").GetString()!,
                Encoding.ASCII.GetBytes(header + "." + payload),
                Base64Url.DecodeFromChars(signature),
                claims.RootElement.GetProperty("eat_nonce").GetString()!,
                claims.RootElement.GetProperty("nbf").GetInt64(),
                claims.RootElement.GetProperty("exp").GetInt64(),
                digests,
                devices);
        }
    }
}
