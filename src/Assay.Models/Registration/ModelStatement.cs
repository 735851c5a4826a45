using System.Collections.Immutable;
using System.Text.Json;
using Assay.Models.Fidelity;

namespace Assay.Models.Registration;

/// <summary>
/// The publisher's statement about a model: what it was made of and how faithful it is. Its bytes are what receipts name
/// by digest. They depend on the inputs of registration only, not on the machine or the time.
/// </summary>
public sealed record ModelStatement(
    string Profile,
    string ModelId,
    string Compiler,
    StatementSource Source,
    ImmutableArray<StatementData> Calibration,
    ImmutableArray<StatementData> Test,
    string? LabelsSha256,
    ImmutableArray<StatementTensor> Inputs,
    ImmutableArray<StatementTensor> Outputs,
    StatementOptions Options,
    FidelityReport Fidelity)
{
    /// <summary>The only profile there is.</summary>
    public const string ProfileName = "assay/model-statement/v1";

    /// <summary>Changes whenever the same inputs may compile to another program.</summary>
    public const string CompilerName = "assay-compiler/1";

    /// <summary>Canonical enough to be named by digest: UTF-8 JSON, indented, members in the order of this record.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StatementJson.Default.ModelStatement);

    /// <summary>Reads a statement's bytes; null if they are not one.</summary>
    public static ModelStatement? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            ModelStatement? statement = JsonSerializer.Deserialize(json, StatementJson.Default.ModelStatement);
            return statement is { Profile: ProfileName } ? statement : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
