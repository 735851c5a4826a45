using System.Text;
using System.Text.Json;
using Assay.Primitives;

namespace Assay.Chat;

/// <summary>What an upstream said of itself, as the node heard it: the leaf <c>parties.gateway</c> (spec/chat.md, "Upstream").</summary>
public sealed record UpstreamWord
{
    private const int MaxLength = 8192;

    private static readonly string[] Members = ["origin", "model", "fingerprint", "request_id", "certificate", "sent", "received", "attempt"];

    /// <summary>Scheme, host and port.</summary>
    public required string Origin { get; init; }

    /// <summary>As it calls what answered.</summary>
    public string? Model { get; init; }

    /// <summary>Its <c>system_fingerprint</c>.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Its header <c>x-request-id</c>.</summary>
    public string? RequestId { get; init; }

    /// <summary>SHA-256 of its TLS leaf certificate.</summary>
    public Digest32? Certificate { get; init; }

    /// <summary>SHA-256 of the body that was sent.</summary>
    public Digest32? Sent { get; init; }

    /// <summary>SHA-256 of the answer, or of a stream's transcript.</summary>
    public Digest32? Received { get; init; }

    /// <summary>1, or more after a failover.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The leaf's text.</summary>
    public string Text
    {
        get
        {
            StringBuilder text = new("{");
            Member(0, Origin);
            Member(1, Model);
            Member(2, Fingerprint);
            Member(3, RequestId);
            Member(4, Certificate?.ToString());
            Member(5, Sent?.ToString());
            Member(6, Received?.ToString());
            return text.Append(System.Globalization.CultureInfo.InvariantCulture, $",\"attempt\":{Attempt}}}").ToString();

            void Member(int place, string? value)
            {
                text.Append(place == 0 ? "\"" : ",\"").Append(Members[place]).Append("\":");
                if (value is null)
                {
                    text.Append("null");
                }
                else
                {
                    CanonicalText.Append(text, value);
                }
            }
        }
    }

    /// <summary>Reads a leaf; null if it isn't of this form, spelling included.</summary>
    public static UpstreamWord? TryRead(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength || StrictJson.TryParse(Encoding.UTF8.GetBytes(text), MaxLength, 2) is not { ValueKind: JsonValueKind.Object } root || Word(root, "origin") is not { } origin)
        {
            return null;
        }

        UpstreamWord word = new()
        {
            Origin = origin,
            Model = Word(root, "model"),
            Fingerprint = Word(root, "fingerprint"),
            RequestId = Word(root, "request_id"),
            Certificate = Digest(root, "certificate"),
            Sent = Digest(root, "sent"),
            Received = Digest(root, "received"),
            Attempt = root.TryGetProperty("attempt", out JsonElement attempt) && attempt.ValueKind == JsonValueKind.Number && attempt.TryGetInt32(out int number) ? number : 0,
        };
        return word.Text == text && word.Attempt > 0 ? word : null;
    }

    private static string? Word(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Digest32? Digest(JsonElement root, string name) => Word(root, name) is { } text && Digest32.TryParseHex(text, out Digest32 digest) ? digest : null;
}
