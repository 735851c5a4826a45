using System.Runtime.InteropServices;
using System.Text.Json;

namespace Assay.Chat;

/// <summary>JSON values as they stand in their document.</summary>
internal static class RawText
{
    /// <summary>The bytes from the value's first to its last character.</summary>
    internal static ReadOnlyMemory<byte> Of(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).ToArray();
}
