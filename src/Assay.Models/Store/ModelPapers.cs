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

    internal const int MaxRegistrations = 8;
    internal const int MaxRegistrationBytes = 1024;
    private const string ProofKeyName = "proof-key.cbor";

    internal void Create() => Directory.CreateDirectory(folder);

    internal static string Card(in Digest32 digest) => $"card-{digest}.json";

    internal static string Licence(in Digest32 digest) => $"licence-{digest}.txt";

    internal static string Publisher(in Digest32 digest) => $"publisher-{digest}.cose";

    internal static string Registration(in Digest32 digest) => $"registration-{digest}.cose";

    /// <summary>Keeps the proof key; the one paper that is replaced, since it follows from the model and the compiler.</summary>
    internal void KeepProofKey(ModelId id, ReadOnlySpan<byte> bytes, Action<string>? afterStep)
    {
        DurableFile.Write(Path.Combine(Own(id, afterStep), ProofKeyName), bytes);
        afterStep?.Invoke("proof key");
    }

    /// <summary>The proof key's bytes; null if there is none.</summary>
    internal byte[]? ProofKey(ModelId id)
    {
        string path = Path.Combine(folder, id.ToString(), ProofKeyName);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    /// <summary>Keeps a paper, durably. The caller holds the store's lock.</summary>
    internal void Keep(ModelId id, string name, in Digest32 digest, ReadOnlySpan<byte> bytes, Action<string>? afterStep)
    {
        string own = Own(id, afterStep);
        if (Read(id, name, digest, bytes.Length) is null)
        {
            DurableFile.Write(Path.Combine(own, name), bytes);
            afterStep?.Invoke("paper");
        }
    }

    /// <summary>Removes a paper. The caller holds the store's lock.</summary>
    internal void Remove(ModelId id, string name) => File.Delete(Path.Combine(folder, id.ToString(), name));

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
    internal List<byte[]> PublisherStatements(ModelId id) => Signed(id, "publisher-", MaxPublisherStatements, MaxPublisherBytes);

    /// <summary>Signed registrations of the proof key, in order of their digests; at most <see cref="MaxRegistrations"/>.</summary>
    internal List<byte[]> Registrations(ModelId id) => Signed(id, "registration-", MaxRegistrations, MaxRegistrationBytes);

    private string Own(ModelId id, Action<string>? afterStep)
    {
        string own = Path.Combine(folder, id.ToString());
        if (!Directory.Exists(own))
        {
            Directory.CreateDirectory(own);
            DurableFile.SyncFolder(folder);
            afterStep?.Invoke("papers folder");
        }

        return own;
    }

    private List<byte[]> Signed(ModelId id, string prefix, int count, int most)
    {
        string own = Path.Combine(folder, id.ToString());
        List<byte[]> statements = [];
        if (!Directory.Exists(own))
        {
            return statements;
        }

        foreach (string path in Directory.EnumerateFiles(own, prefix + "*.cose").Order(StringComparer.Ordinal).Take(count))
        {
            string name = Path.GetFileName(path);
            if (Digest32.TryParseHex(name.AsSpan(prefix.Length, name.Length - prefix.Length - ".cose".Length), out Digest32 digest) && Read(id, name, digest, most) is { } bytes)
            {
                statements.Add(bytes);
            }
        }

        return statements;
    }
}
