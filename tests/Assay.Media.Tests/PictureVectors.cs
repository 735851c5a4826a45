using System.Text.Json;

namespace Assay.Media.Tests;

/// <summary>Files/pictures.json: pictures of every kind that is read, with their pixels (Files/make.py).</summary>
internal static class PictureVectors
{
    internal static IReadOnlyList<Vector> All { get; } = Read();

    internal static IReadOnlyList<byte[]> Files(string prefix) => [.. All.Where(v => v.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(static v => v.File)];

    internal static byte[] File(string name) => All.Single(v => v.Name == name).File;

    private static List<Vector> Read()
    {
        using JsonDocument json = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Files", "pictures.json")));
        return [.. json.RootElement.EnumerateArray().Select(static v => new Vector(
            v.GetProperty("name").GetString()!, Convert.FromHexString(v.GetProperty("file").GetString()!), v.GetProperty("width").GetInt32(), v.GetProperty("height").GetInt32(),
            Convert.FromHexString(v.GetProperty("rgb").GetString()!), v.GetProperty("tolerance").GetInt32()))];
    }

    internal sealed record Vector(string Name, byte[] File, int Width, int Height, byte[] Rgb, int Tolerance);
}
