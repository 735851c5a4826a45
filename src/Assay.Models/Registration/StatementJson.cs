using System.Text.Json.Serialization;

namespace Assay.Models.Registration;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n", RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ModelStatement))]
[JsonSerializable(typeof(FloatModelStatement))]
internal sealed partial class StatementJson : JsonSerializerContext;
