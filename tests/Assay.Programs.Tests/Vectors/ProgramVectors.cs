using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Testing;

namespace Assay.Programs.Tests;

/// <summary>The files of spec/vectors/program. They are given: the code is held to them, not they to the code.</summary>
internal static class ProgramVectors
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Folder { get; } = Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "program");

    public static T[] Read<T>(string file) =>
        JsonSerializer.Deserialize<T[]>(File.ReadAllText(Path.Combine(Folder, file)), Options)
        ?? throw new InvalidDataException(file);

    /// <summary>Writes vectors anew if ASSAY_WRITE_VECTORS=1 asks for it, one a line.</summary>
    public static void WriteIfAsked<T>(string file, Func<IEnumerable<T>> make)
    {
        if (Environment.GetEnvironmentVariable("ASSAY_WRITE_VECTORS") != "1")
        {
            return;
        }

        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, file), Json(make()), new UTF8Encoding(false));
    }

    public static string Json<T>(IEnumerable<T> vectors) =>
        $"[\n{string.Join(",\n", vectors.Select(vector => JsonSerializer.Serialize(vector, Options)))}\n]\n";

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>A model and items for it. Numbers are the integers before and after the boundary.</summary>
    internal sealed record ModelVector(
        string Name, string Program, string Weights, string WeightsRoot, string ModelId, ItemVector[] Items);

    internal sealed record ItemVector(short[][] Inputs, short[][] Outputs);

    /// <summary>Bytes that are no model, and the code that says so. Weights are given where the program itself is sound.</summary>
    internal sealed record InvalidVector(string Name, string Code, string Program, string? Weights);

    /// <summary>Input conversions: binary64 and binary32 as big-endian hexadecimal bits.</summary>
    internal sealed record QuantizeVector(
        string Name,
        int[] Shape,
        short Lo,
        short Hi,
        int? ChannelAxis,
        string[] Offsets,
        string[] Multipliers,
        string Rule,
        string[] X,
        short[]? Q,
        int? Clamped,
        string? Error,
        int? Position);

    /// <summary>Output conversions.</summary>
    internal sealed record DequantizeVector(string Scale, short[] Q, string[] Y);

    /// <summary>Roots of blobs whose byte i is (31*i + 7) mod 256.</summary>
    internal sealed record RootVector(int Length, string Root);
}
