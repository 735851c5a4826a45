using System.Text.Json;
using Assay.Primitives;

namespace Assay.Node.Chatting;

/// <summary>The operator's list of chat models (docs/chat.md, "The chat file"): strict JSON, closed and versioned.</summary>
public sealed record ChatFile
{
    /// <summary>The member <c>profile</c>.</summary>
    public const string Profile = "assay/chat/v1";

    private const int MaximumBytes = 1 << 20;

    /// <summary>Models in the file's order, at most 256.</summary>
    public required IReadOnlyList<ChatFileModel> Models { get; init; }

    /// <summary>When the file was written last, Unix seconds.</summary>
    public long Written { get; init; }

    /// <summary>Reads a file; relative paths in it are those of its folder.</summary>
    /// <exception cref="ChatFileException">It can't be read, or isn't one; the message names all problems.</exception>
    public static ChatFile Load(string path)
    {
        try
        {
            string full = Path.GetFullPath(path);
            byte[] json = File.ReadAllBytes(full);
            return (TryParse(json, Path.GetDirectoryName(full)!, out IReadOnlyList<string> problems) ?? throw new ChatFileException(path, problems)) with
            {
                Written = new DateTimeOffset(File.GetLastWriteTimeUtc(full)).ToUnixTimeSeconds(),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChatFileException(path, [e.Message]);
        }
    }

    /// <summary>Reads a file's bytes; null with all that is wrong with them.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="folder">What relative paths are relative to.</param>
    /// <param name="problems">What is wrong, a sentence without full stop each.</param>
    public static ChatFile? TryParse(ReadOnlySpan<byte> json, string folder, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        problems = found;
        if (StrictJson.TryParse(json, MaximumBytes, 8) is not { ValueKind: JsonValueKind.Object } root)
        {
            found.Add($"it isn't a JSON object in UTF-8 without a member twice, of at most {MaximumBytes} bytes");
            return null;
        }

        ChatFileReader reader = new(folder, found);
        List<ChatFileModel> models = reader.Root(root);
        return found.Count == 0 ? new ChatFile { Models = models } : null;
    }
}
