using System.Text.Json;
using System.Text.Unicode;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The levels and policies that an Open Inference request names: members <c>verification</c> and <c>parameters.verification</c>.</summary>
internal static class OipLevelReader
{
    private const string Member = "verification";

    /// <summary>What is named; null if the body is no JSON object (strict, as <see cref="OipTensorReader"/> reads it).</summary>
    public static IReadOnlyList<NamedPolicy>? TryRead(ReadOnlySpan<byte> body)
    {
        if (body.Length > OipTensorReader.MaxLength || !Utf8.IsValid(body))
        {
            return null;
        }

        try
        {
            Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = OipTensorReader.MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            List<NamedPolicy> named = [];
            HashSet<string> names = [];
            while (OipTensorReader.ReadMember(ref reader, names, out string name))
            {
                if (name == "parameters" && reader.TokenType == JsonTokenType.StartObject)
                {
                    HashSet<string> parameters = [];
                    while (OipTensorReader.ReadMember(ref reader, parameters, out string parameter))
                    {
                        ReadValue(body, ref reader, parameter, named);
                    }
                }
                else
                {
                    ReadValue(body, ref reader, name, named);
                }
            }

            reader.Read();
            return named;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // As in OipTensorReader: the framework's reader has no other way to say so.
            return null;
        }
    }

    private static void ReadValue(ReadOnlySpan<byte> body, ref Utf8JsonReader reader, string name, List<NamedPolicy> named)
    {
        JsonTokenType kind = reader.TokenType;
        int start = (int)reader.TokenStartIndex;
        string? level = name == Member && kind == JsonTokenType.String ? reader.GetString() : null;
        OipTensorReader.SkipValue(ref reader);
        if (name == Member)
        {
            named.Add(
                level is not null ? new NamedPolicy(true, VerificationLevel.TryParse(level, out VerificationLevel parsed, out _) ? PolicyDocument.For(parsed) : null)
                : kind == JsonTokenType.StartObject ? new NamedPolicy(true, PolicyDocument.TryRead(body[start..(int)reader.BytesConsumed], out _))
                : new NamedPolicy(false, null));
        }
    }
}
