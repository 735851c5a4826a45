using System.Text.Json;

namespace Assay.Client;

/// <summary>Writes tensors of the Open Inference Protocol v2, so that reading them gives the same binary32 values bit for bit.</summary>
public static class OipTensorWriter
{
    /// <summary>Writes one FP32 tensor object.</summary>
    /// <param name="json">Positioned inside an array.</param>
    /// <param name="name">Tensor name.</param>
    /// <param name="dims">Shape, batch dimension first.</param>
    /// <param name="data">Finite values, row-major.</param>
    public static void Write(Utf8JsonWriter json, string name, IReadOnlyList<int> dims, ReadOnlySpan<float> data)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("datatype", "FP32");
        json.WriteStartArray("shape");
        foreach (int dim in dims)
        {
            json.WriteNumberValue(dim);
        }

        json.WriteEndArray();
        json.WriteStartArray("data");
        foreach (float value in data)
        {
            WriteValue(json, value);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Readers take binary64 and round to binary32 (spec/receipt.md). The shortest text of a binary32 survives that double
    // rounding except where its binary64 falls on a midpoint; then the longer text of the exact value is written.
    private static void WriteValue(Utf8JsonWriter json, float value)
    {
        Span<char> text = stackalloc char[32];
        if (value.TryFormat(text, out int length, "R", System.Globalization.CultureInfo.InvariantCulture)
            && (float)double.Parse(text[..length], System.Globalization.CultureInfo.InvariantCulture) == value)
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNumberValue((double)value);
        }
    }
}
