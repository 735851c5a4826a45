using System.Collections.Immutable;
using System.Text.Json;
using Assay.Models.Float;

namespace Assay.Models.Registration;

/// <summary>
/// The publisher's statement about a float model: which file it is and what goes in and out. It claims no fidelity, because
/// there is nothing exact that it could be faithful to. Its bytes are what receipts name by digest.
/// </summary>
public sealed record FloatModelStatement(
    string Profile,
    string Semantics,
    string ModelId,
    StatementSource Source,
    ImmutableArray<FloatTensor> Inputs,
    ImmutableArray<FloatTensor> Outputs)
{
    /// <summary>The only profile there is.</summary>
    public const string ProfileName = "assay/float-model-statement/v1";

    /// <summary>What <see cref="Semantics"/> always is.</summary>
    public const string SemanticsName = "float";

    /// <summary>The statement about a model.</summary>
    public static FloatModelStatement Of(FloatModel model, ImmutableArray<FloatTensor> inputs, ImmutableArray<FloatTensor> outputs) =>
        new(ProfileName, SemanticsName, model.Id.ToString(), model.Source, inputs, outputs);

    /// <summary>UTF-8 JSON, indented, members in the order of this record.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StatementJson.Default.FloatModelStatement);

    /// <summary>Reads a statement's bytes; null if they are not one.</summary>
    public static FloatModelStatement? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            FloatModelStatement? statement = JsonSerializer.Deserialize(json, StatementJson.Default.FloatModelStatement);
            return statement is { Profile: ProfileName, Semantics: SemanticsName, Inputs.IsDefault: false, Outputs.IsDefault: false } ? statement : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
