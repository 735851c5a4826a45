using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>
/// Reads the tensors of an Open Inference Protocol v2 JSON body (spec/receipt.md, "Reading Open Inference Protocol bodies").
/// Stricter than most servers: what two readers could understand differently is refused. Never throws on input; memory is bounded by the input's size.
/// </summary>
public static class OipTensorReader
{
    /// <summary>Most bytes of a body.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <summary>How deep arrays and objects may nest.</summary>
    public const int MaxDepth = 32;

    /// <summary>The <c>inputs</c> of a request. Errors: <see cref="OipErrors"/>.</summary>
    public static IReadOnlyList<TensorValue>? TryReadRequest(ReadOnlySpan<byte> body, out string? error) => TryRead(body, "inputs", out error);

    /// <summary>The <c>outputs</c> of a response. Errors: <see cref="OipErrors"/>.</summary>
    public static IReadOnlyList<TensorValue>? TryReadResponse(ReadOnlySpan<byte> body, out string? error) => TryRead(body, "outputs", out error);

    private static List<TensorValue>? TryRead(ReadOnlySpan<byte> body, string member, out string? error)
    {
        error = body.Length > MaxLength ? OipErrors.TooLarge : Utf8.IsValid(body) ? null : OipErrors.Utf8;
        if (error is not null)
        {
            return null;
        }

        try
        {
            Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = MaxDepth });
            List<TensorValue> tensors = [];
            error = ReadBody(reader, body.Length, member, tensors);
            if (error is null)
            {
                return tensors;
            }

            // A fault in the JSON counts first, wherever it stands, also behind what stopped the reading.
            reader.Read();
            SkipValue(ref reader);
            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The framework's reader has no other way to say that text isn't JSON, or that a string has a lone surrogate.
            error = OipErrors.Json;
        }

        return null;
    }

    private static string? ReadBody(Utf8JsonReader reader, int bodyLength, string member, List<TensorValue> tensors)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return OipErrors.Tensors;
        }

        string? error = OipErrors.Tensors;
        HashSet<string> names = [];
        while (ReadMember(ref reader, names, out string name))
        {
            if (name != member)
            {
                SkipValue(ref reader);
            }
            else if ((error = ReadTensors(ref reader, bodyLength, tensors)) is not null)
            {
                return error;
            }
        }

        // Reads on to the end of the text: anything but white space there isn't JSON.
        reader.Read();
        return error;
    }

    private static string? ReadTensors(ref Utf8JsonReader reader, int bodyLength, List<TensorValue> tensors)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return OipErrors.Tensors;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (tensors.Count == TensorValue.MaxCount)
            {
                return OipErrors.Tensors;
            }

            string? error = ReadTensor(ref reader, bodyLength, tensors);
            if (error is not null)
            {
                return error;
            }
        }

        return tensors.Count == 0 ? OipErrors.Tensors : null;
    }

    private static string? ReadTensor(ref Utf8JsonReader reader, int bodyLength, List<TensorValue> tensors)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return OipErrors.Tensor;
        }

        string? tensorName = null;
        string? datatype = null;
        List<int>? shape = null;
        byte[]? bytes = null;
        Utf8JsonReader data = default;
        HashSet<string> names = [];
        while (ReadMember(ref reader, names, out string name))
        {
            switch (name)
            {
                case "name":
                    tensorName = ReadText(ref reader);
                    break;
                case "datatype":
                    datatype = ReadText(ref reader);
                    break;
                case "shape":
                    shape = ReadShape(ref reader, out string? shapeError);
                    if (shapeError is not null)
                    {
                        return shapeError;
                    }

                    break;
                case "data" when IsName(tensorName) && datatype == TensorValue.Float && shape is not null && reader.TokenType == JsonTokenType.StartArray:
                    // The usual order of members: nothing else can be wrong with this tensor.
                    data = reader;
                    string? dataError = ReadData(ref reader, shape, bodyLength, out bytes);
                    if (dataError is not null)
                    {
                        return dataError;
                    }

                    break;
                case "data":
                    data = reader;
                    SkipValue(ref reader);
                    break;
                default:
                    SkipValue(ref reader);
                    break;
            }
        }

        if (!IsName(tensorName) || datatype is null || shape is null || data.TokenType != JsonTokenType.StartArray)
        {
            return OipErrors.Tensor;
        }

        if (datatype != TensorValue.Float)
        {
            return OipErrors.Datatype;
        }

        string? error = bytes is null ? ReadData(ref data, shape, bodyLength, out bytes) : null;
        if (error is null)
        {
            tensors.Add(TensorValue.Create(tensorName, [.. shape], bytes));
        }

        return error;
    }

    private static List<int>? ReadShape(ref Utf8JsonReader reader, out string? error)
    {
        error = null;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            error = OipErrors.Tensor;
            return null;
        }

        List<int> shape = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int dim) || dim < 1 || shape.Count == TensorValue.MaxRank)
            {
                error = OipErrors.Shape;
                return null;
            }

            shape.Add(dim);
        }

        return shape;
    }

    // The reader stands at the data's opening bracket. An element takes two bytes at least, so the body's length bounds what is allocated.
    private static string? ReadData(ref Utf8JsonReader reader, List<int> shape, long bodyLength, out byte[] bytes)
    {
        bytes = [];
        long count = 1;
        foreach (int dim in shape)
        {
            count = count > bodyLength / dim ? bodyLength : count * dim;
            if (count > bodyLength / 2)
            {
                return OipErrors.Data;
            }
        }

        bytes = new byte[count * sizeof(float)];
        Utf8JsonReader ahead = reader;
        ahead.Read();
        bool nested = ahead.TokenType == JsonTokenType.StartArray && shape.Count > 1;
        int at = 0;
        string? error = nested ? ReadNested(ref reader, shape, 0, bytes, ref at) : ReadRow(ref reader, (int)count, bytes, ref at);
        return error ?? (at == bytes.Length ? null : OipErrors.Data);
    }

    private static string? ReadNested(ref Utf8JsonReader reader, List<int> shape, int level, byte[] bytes, ref int at)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return OipErrors.Data;
        }

        if (level == shape.Count - 1)
        {
            return ReadRow(ref reader, shape[level], bytes, ref at);
        }

        for (int left = shape[level]; left > 0; left--)
        {
            reader.Read();
            string? error = ReadNested(ref reader, shape, level + 1, bytes, ref at);
            if (error is not null)
            {
                return error;
            }
        }

        reader.Read();
        return reader.TokenType == JsonTokenType.EndArray ? null : OipErrors.Data;
    }

    private static string? ReadRow(ref Utf8JsonReader reader, int count, byte[] bytes, ref int at)
    {
        for (int left = count; left > 0; left--)
        {
            reader.Read();
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.StartArray)
            {
                return OipErrors.Data;
            }

            // First to binary64, then to binary32: every reader in every language can do exactly this.
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out double number) || !float.IsFinite((float)number))
            {
                return OipErrors.Number;
            }

            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), (float)number);
            at += sizeof(float);
        }

        reader.Read();
        return reader.TokenType == JsonTokenType.EndArray ? null : OipErrors.Data;
    }

    private static bool IsName([NotNullWhen(true)] string? text) => text is not null && Encoding.UTF8.GetByteCount(text) is > 0 and <= TensorValue.MaxNameLength;

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        SkipValue(ref reader);
        return null;
    }

    /// <summary>Moves to the next member's value, or past the end of the object (false). Throws like the framework's reader for a repeated name.</summary>
    internal static bool ReadMember(ref Utf8JsonReader reader, HashSet<string> names, out string name)
    {
        reader.Read();
        bool found = reader.TokenType == JsonTokenType.PropertyName;
        name = found ? reader.GetString()! : "";
        if (found && !names.Add(name))
        {
            throw new JsonException("A member name is repeated.");
        }

        return found && reader.Read();
    }

    /// <summary>Moves to the value's last token, looking for repeated member names on the way.</summary>
    internal static void SkipValue(ref Utf8JsonReader reader)
    {
        int outside = reader.CurrentDepth;
        Stack<HashSet<string>> objects = [];
        while (true)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    objects.Push([]);
                    break;
                case JsonTokenType.EndObject:
                    objects.Pop();
                    break;
                case JsonTokenType.PropertyName when !objects.Peek().Add(reader.GetString()!):
                    throw new JsonException("A member name is repeated.");
            }

            if (reader.CurrentDepth == outside && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName))
            {
                return;
            }

            reader.Read();
        }
    }
}
