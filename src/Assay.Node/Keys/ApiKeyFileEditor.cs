using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Files;
using Assay.Primitives;

namespace Assay.Node.Keys;

/// <summary>Changes a key file: whole, atomically, one writer at a time. What it writes, a node can read.</summary>
public static class ApiKeyFileEditor
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Adds a key; makes the file if it is missing.</summary>
    /// <exception cref="ApiKeyFileException">The file can't be used, or has the name already (revoked keys keep theirs).</exception>
    public static void Add(string path, ApiKey key, Digest32 secretDigest)
    {
        ArgumentNullException.ThrowIfNull(key);
        Edit(path, mayCreate: true, root =>
        {
            JsonObject entry = new() { ["name"] = key.Name, ["sha256"] = secretDigest.ToString() };
            if (key.MinimumLevel is { } level)
            {
                entry["minimumLevel"] = level.ToString();
            }

            if (key.Expires is { } expires)
            {
                entry["expires"] = Format(expires);
            }

            if (key.Models is not null)
            {
                entry["models"] = new JsonArray([.. key.Models.Select(static m => JsonValue.Create(m))]);
            }

            if (key.Application is not null)
            {
                entry["application"] = key.Application;
            }

            if (!key.MayRegister)
            {
                entry["mayRegister"] = false;
            }

            JsonObject limits = [];
            foreach ((string name, int? value) in new[]
            {
                ("requestsPerMinute", key.Limits.RequestsPerMinute), ("concurrent", key.Limits.Concurrent), ("bodyBytes", key.Limits.BodyBytes), ("batch", key.Limits.Batch),
            })
            {
                if (value is not null)
                {
                    limits[name] = value;
                }
            }

            if (limits.Count > 0)
            {
                entry["limits"] = limits;
            }

            Keys(root).Add(entry);
        });
    }

    /// <summary>Takes a key back. Its name stays in the file, so that nobody gets it again: its receipts' counters belong to it.</summary>
    /// <exception cref="ApiKeyFileException">The file can't be used.</exception>
    /// <returns>Whether there is such a key that wasn't revoked before.</returns>
    public static bool Revoke(string path, string name, DateTimeOffset now)
    {
        bool found = false;
        Edit(path, mayCreate: false, root =>
        {
            JsonObject? key = Keys(root).OfType<JsonObject>().FirstOrDefault(k => k["name"]!.GetValue<string>() == name);
            found = key is not null && !key.ContainsKey("revoked");
            if (found)
            {
                key!["revoked"] = Format(now);
            }
        });
        return found;
    }

    private static void Edit(string path, bool mayCreate, Action<JsonObject> change)
    {
        using FileStream writer = OneWriter(path + ".lock");
        JsonObject root;
        if (mayCreate && !File.Exists(path))
        {
            root = new JsonObject { ["profile"] = ApiKeyFormat.Profile, ["keys"] = new JsonArray() };
        }
        else
        {
            // As strict as a node, with mode and all: an edit mustn't make a refused file acceptable by accident.
            _ = ApiKeyFile.Load(path);
            root = (JsonObject)JsonNode.Parse(OwnerOnlyFile.Read(path, ApiKeyFormat.MaximumBytes))!;
        }

        change(root);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(root, Indented);
        if (ApiKeyFormat.TryParse(json, out string? code, out string detail) is null)
        {
            throw new ApiKeyFileException(code!, path, detail);
        }

        OwnerOnlyFile.Write(path, json);
    }

    private static JsonArray Keys(JsonObject root)
    {
        if (root["keys"] is not JsonArray keys)
        {
            root["keys"] = keys = [];
        }

        return keys;
    }

    // Whoever finds it taken gets an IOException that says so; edits take milliseconds and are rare.
    private static FileStream OneWriter(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(20);
            }
        }
    }

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
