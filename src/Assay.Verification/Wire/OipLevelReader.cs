using System.Text.Json;
using System.Text.Unicode;

namespace Assay.Verification;

/// <summary>The verification levels that an Open Inference request names: members <c>verification</c> and <c>parameters.verification</c>.</summary>
internal static class OipLevelReader
{
    private const string Member = "verification";

    /// <summary>What is named, null for a value that isn't a text; null as a whole if the body is no JSON object (strict, as <see cref="OipTensorReader"/> reads it).</summary>
    public static IReadOnlyList<string?>? TryRead(ReadOnlySpan<byte> body)
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

            List<string?> named = [];
            HashSet<string> names = [];
            while (OipTensorReader.ReadMember(ref reader, names, out string name))
            {
                if (name == "parameters" && reader.TokenType == JsonTokenType.StartObject)
                {
                    HashSet<string> parameters = [];
                    while (OipTensorReader.ReadMember(ref reader, parameters, out string parameter))
                    {
                        ReadValue(ref reader, parameter, named);
                    }
                }
                else
                {
                    ReadValue(ref reader, name, named);
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

    private static void ReadValue(ref Utf8JsonReader reader, string name, List<string?> named)
    {
        if (name == Member)
        {
            named.Add(reader.TokenType == JsonTokenType.String ? reader.GetString() : null);
        }

        OipTensorReader.SkipValue(ref reader);
    }
}
