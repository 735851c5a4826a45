using Assay.Files;
using Assay.Primitives;

namespace Assay.Models.Store;

/// <summary>
/// What is said about models: cards, licence texts, publishers' signed statements. Each is a file that is named by the digest
/// of its bytes and never changes; a file with other bytes than its name says counts as absent.
/// </summary>
internal sealed class ModelPapers(string folder)
{
    internal const int MaxPublisherStatements = 64;
    internal const int MaxPublisherBytes = 4096;

    internal void Create() => Directory.CreateDirectory(folder);

    internal static string Card(in Digest32 digest) => $"card-{digest}.json";

    internal static string Licence(in Digest32 digest) => $"licence-{digest}.txt";

    internal static string Publisher(in Digest32 digest) => $"publisher-{digest}.cose";

    /// <summary>Keeps a paper, durably. The caller holds the store's lock.</summary>
    internal void Keep(ModelId id, string name, in Digest32 digest, ReadOnlySpan<byte> bytes, Action<string>? afterStep)
    {
        string own = Path.Combine(folder, id.ToString());
        if (!Directory.Exists(own))
        {
            Directory.CreateDirectory(own);
            DurableFile.SyncFolder(folder);
            afterStep?.Invoke("papers folder");
        }

        if (Read(id, name, digest, bytes.Length) is null)
        {
            DurableFile.Write(Path.Combine(own, name), bytes);
            afterStep?.Invoke("paper");
        }
    }

    /// <summary>A paper; null if it isn't there or isn't what its name says.</summary>
    internal byte[]? Read(ModelId id, string name, in Digest32 digest, int most)
    {
        FileInfo file = new(Path.Combine(folder, id.ToString(), name));
        try
        {
            byte[]? bytes = file.Exists && file.Length <= most ? File.ReadAllBytes(file.FullName) : null;
            return bytes is not null && Digest32.Sha256(bytes) == digest ? bytes : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Publishers' signed statements about a model, in order of their digests; at most <see cref="MaxPublisherStatements"/>.</summary>
    internal List<byte[]> PublisherStatements(ModelId id)
    {
        string own = Path.Combine(folder, id.ToString());
        List<byte[]> statements = [];
        if (!Directory.Exists(own))
        {
            return statements;
        }

        foreach (string path in Directory.EnumerateFiles(own, "publisher-*.cose").Order(StringComparer.Ordinal).Take(MaxPublisherStatements))
        {
            string name = Path.GetFileName(path);
            if (Digest32.TryParseHex(name.AsSpan("publisher-".Length, name.Length - "publisher-.cose".Length), out Digest32 digest) && Read(id, Publisher(digest), digest, MaxPublisherBytes) is { } bytes)
            {
                statements.Add(bytes);
            }
        }

        return statements;
    }
}
