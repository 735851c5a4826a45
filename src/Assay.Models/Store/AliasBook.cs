using System.Text.Json;
using Assay.Files;
using Assay.Primitives;

namespace Assay.Models.Store;

/// <summary>The histories of all names: files to which lines are only ever added.</summary>
internal sealed class AliasBook(string folder, TimeProvider time)
{
    private const int MaxFileBytes = 64 << 20;

    public IReadOnlyList<string> Names() =>
        [.. Directory.EnumerateFiles(folder, "*.jsonl").Where(HasEntry).Select(f => Path.GetFileNameWithoutExtension(f)).Where(IsName).Order(StringComparer.Ordinal)];

    public StoreResult<IReadOnlyList<AliasEntry>> Read(string name)
    {
        if (!IsName(name))
        {
            return new(null, StoreErrors.AliasName, "an alias is 1 to 64 of a-z, 0-9, '.', '_' and '-', starting with a letter or digit, and not a model id");
        }

        FileInfo file = new(PathOf(name));
        if (!file.Exists || file.Length > MaxFileBytes)
        {
            return new(null, file.Exists ? StoreErrors.AliasHistory : StoreErrors.NotFound, $"there is no alias '{name}', or its history is too long");
        }

        List<AliasEntry> entries = [];
        ReadOnlySpan<byte> rest = Whole(ReadAll(file.FullName));
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            if (Parse(rest[..end]) is not { } entry || entry.Sequence != entries.Count + 1)
            {
                return new(null, StoreErrors.AliasHistory, $"line {entries.Count + 1} of alias '{name}' is not an entry in sequence");
            }

            entries.Add(entry with { Name = name });
            rest = rest[(end + 1)..];
        }

        return entries.Count == 0 ? new(null, StoreErrors.NotFound, $"there is no alias '{name}'") : new(entries, null, null);
    }

    /// <summary>The caller holds the store's lock.</summary>
    public StoreResult<AliasEntry> Append(string name, ModelId id, Digest32 statement, Digest32? card, string? minimumLevel, string? declaredUse, Action<string>? afterStep)
    {
        if (!IsSetting(minimumLevel) || !IsSetting(declaredUse))
        {
            return new(null, StoreErrors.AliasSettings, "minimum level and declared use are 1 to 64 printable ASCII characters without spaces");
        }

        StoreResult<IReadOnlyList<AliasEntry>> history = Read(name);
        if (!history.Found && history.Error != StoreErrors.NotFound)
        {
            return new(null, history.Error, history.Message);
        }

        long sequence = (history.Value?.Count ?? 0) + 1;
        AliasEntry entry = new(sequence, time.GetUtcNow().ToUnixTimeMilliseconds(), id.ToString(), statement.ToString(), minimumLevel, declaredUse, card?.ToString()) { Name = name };
        using (FileStream stream = new(PathOf(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read))
        {
            byte[] present = new byte[stream.Length];
            stream.ReadExactly(present);

            // A line that a kill cut short never counted.
            stream.SetLength(Whole(present).Length);
            stream.Seek(0, SeekOrigin.End);
            afterStep?.Invoke("alias opened");
            stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, AliasJson.Default.AliasEntry), (byte)'\n']);
            afterStep?.Invoke("alias written");
            stream.Flush(flushToDisk: true);
        }

        afterStep?.Invoke("alias flushed");

        DurableFile.SyncFolder(folder);
        return new(entry, null, null);
    }

    // A kill while a name's first entry was written leaves a file that says nothing yet.
    private static bool HasEntry(string path)
    {
        Span<byte> start = stackalloc byte[4096];
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)].Contains((byte)'\n');
    }

    /// <summary>Also while a writer appends: it sees whole lines or a beginning of the last.</summary>
    private static byte[] ReadAll(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using MemoryStream all = new();
        stream.CopyTo(all);
        return all.ToArray();
    }

    private static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> bytes) => bytes[..(bytes.LastIndexOf((byte)'\n') + 1)];

    private static AliasEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            AliasEntry? entry = JsonSerializer.Deserialize(line, AliasJson.Default.AliasEntry);
            bool valid = entry is { ModelId: not null, Statement: not null }
                && Digest32.TryParseHex(entry.ModelId, out _) && Digest32.TryParseHex(entry.Statement, out _)
                && (entry.Card is null || Digest32.TryParseHex(entry.Card, out _))
                && IsSetting(entry.MinimumLevel) && IsSetting(entry.DeclaredUse);
            return valid ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsSetting(string? value) => value is null || (value.Length is >= 1 and <= 64 && value.All(c => c is > ' ' and < (char)127));

    private static bool IsName(string name) =>
        name.Length is >= 1 and <= 64 && (char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]))
        && !(name.Length == 64 && name.All(char.IsAsciiHexDigitLower)) // that would be a model id
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');

    private string PathOf(string name) => Path.Combine(folder, name + ".jsonl");
}
