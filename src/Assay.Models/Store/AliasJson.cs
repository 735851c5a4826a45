using System.Text.Json.Serialization;

namespace Assay.Models.Store;

[JsonSerializable(typeof(AliasEntry))]
internal sealed partial class AliasJson : JsonSerializerContext;
