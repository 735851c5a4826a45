using System.Text.Json;
using Assay.Models.Fidelity;
using Assay.Models.Quantization;

namespace Assay.Models.Registration;

/// <summary>
/// The <c>compile</c> section of a package's <c>model.json</c>: how its publisher wants it compiled. Every member is optional;
/// unknown ones are refused, because a misspelt one would silently give another model.
/// </summary>
public static class CompileSection
{
    /// <summary>The request with the section's choices; as it is if there is no section.</summary>
    /// <param name="card">The bytes of <c>model.json</c>.</param>
    /// <param name="request">The request.</param>
    /// <exception cref="InvalidDataException">A member is unknown, given twice, or out of its range, or the card isn't JSON.</exception>
    public static RegistrationRequest Apply(ReadOnlyMemory<byte> card, RegistrationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            using JsonDocument json = JsonDocument.Parse(card);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("compile", out JsonElement section)
                ? Apply(section, request)
                : request;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("model.json isn't JSON: " + e.Message, e);
        }
    }

    private static RegistrationRequest Apply(JsonElement section, RegistrationRequest request)
    {
        if (section.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("model.json: compile isn't an object.");
        }

        QuantizerOptions options = request.Options;
        ModelTask task = request.Task;
        HashSet<string> seen = [];
        foreach (JsonProperty member in section.EnumerateObject())
        {
            if (!seen.Add(member.Name))
            {
                throw new InvalidDataException($"model.json: compile.{member.Name} is there twice.");
            }

            JsonElement value = member.Value;
            switch (member.Name)
            {
                case "activation_bits":
                    options = options with { ActivationBits = Bits(member) };
                    break;
                case "weight_bits":
                    options = options with { WeightBits = Bits(member) };
                    break;
                case "fidelity_target":
                    options = options with
                    {
                        FidelityTarget = value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double share) && share is > 0 and < 1
                            ? share
                            : throw Wrong(member, "a number between 0 and 1"),
                    };
                    break;
                case "narrow":
                    options = options with { Narrow = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(member, "true or false") };
                    break;
                case "task":
                    task = value.ValueKind == JsonValueKind.String
                        ? value.GetString() switch { "classify" => ModelTask.Classify, "regress" => ModelTask.Regress, _ => throw Wrong(member, "classify or regress") }
                        : throw Wrong(member, "classify or regress");
                    break;
                default:
                    throw new InvalidDataException($"model.json: compile.{member.Name} is unknown; there are activation_bits, weight_bits, fidelity_target, narrow, task.");
            }
        }

        return request with { Options = options, Task = task };
    }

    private static int Bits(JsonProperty member) =>
        member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out int bits) && bits is >= 8 and <= 16
            ? bits
            : throw Wrong(member, "a whole number from 8 to 16");

    private static InvalidDataException Wrong(JsonProperty member, string wanted) => new($"model.json: compile.{member.Name} must be {wanted}.");
}
