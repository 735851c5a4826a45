using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assay.Replayer;

/// <summary>What a peer answers.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Body">A commitment, an endorsement's item, or JSON.</param>
/// <param name="Code">Null, or one of <see cref="ReplayerErrors"/>.</param>
public sealed record ReplayerReply(int Status, string ContentType, ReadOnlyMemory<byte> Body, string? Code = null)
{
    internal const string CommitmentType = "application/cose";
    internal const string EndorsementType = "application/vnd.assay.endorsement+cbor";
    private const string JsonType = "application/json";

    // A refusal's words may quote what a request said; as JSON they can't do harm, and nobody embeds them in a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static ReplayerReply Refused(int status, string code, string message, string nearest = "") => Json(status, json =>
    {
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteString("nearest", nearest);
    }, code);

    internal static ReplayerReply Json(int status, Action<Utf8JsonWriter> members, string? code = null)
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter writer = new(body, Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return new ReplayerReply(status, JsonType, body.ToArray(), code);
    }
}
