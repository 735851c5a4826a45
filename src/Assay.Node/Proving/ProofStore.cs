using Assay.Files;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Proving;

/// <summary>
/// Jobs and proofs on the disk. A job is there before its answer leaves, and goes when its proof is there; so a kill at any moment
/// loses none, and at worst one is proved again. Receipts that share a proof share its bytes.
/// </summary>
/// <remarks>
/// <code>
/// proofs/jobs/RECEIPT          what is still to be proved
/// proofs/receipts/xx/RECEIPT   an array as bundles have it, with SHA-256 in place of key and proof
/// proofs/content/xx/SHA-256    keys and proofs
/// </code>
/// </remarks>
internal sealed class ProofStore
{
    private readonly string _jobs;
    private readonly string _receipts;
    private readonly string _content;

    private ProofStore(string folder)
    {
        _jobs = Path.Combine(folder, "jobs");
        _receipts = Path.Combine(folder, "receipts");
        _content = Path.Combine(folder, "content");
    }

    /// <summary>Called after each step that the disk sees: where tests let the process die.</summary>
    internal Action<string>? AfterStep { get; init; }

    internal static ProofStore Open(string nodeFolder, Action<string>? afterStep = null)
    {
        string folder = Path.Combine(nodeFolder, "proofs");
        ProofStore store = new(folder) { AfterStep = afterStep };
        foreach (string made in new[] { store._jobs, store._receipts, store._content })
        {
            Directory.CreateDirectory(made);
        }

        DurableFile.SyncFolder(folder);
        DurableFile.SyncFolder(nodeFolder);
        return store;
    }

    /// <summary>Keeps a job, durably.</summary>
    internal void Add(ProofJob job)
    {
        DurableFile.Write(Path.Combine(_jobs, job.Receipt.ToString()), job.Encode());
        AfterStep?.Invoke("job");
    }

    /// <summary>A job is over: its proof is there, or there can't be one.</summary>
    internal void Remove(in ReceiptId receipt)
    {
        File.Delete(Path.Combine(_jobs, receipt.ToString()));
        AfterStep?.Invoke("job away");
    }

    /// <summary>What was still to be proved, oldest first: receipts' ids begin with their time. Jobs whose proof is there are cleared away; a file that was cut short isn't one.</summary>
    internal IReadOnlyList<ProofJob> Jobs()
    {
        List<ProofJob> jobs = [];
        foreach (string path in Directory.EnumerateFiles(_jobs).Order(StringComparer.Ordinal))
        {
            if (!ReceiptId.TryParse(Path.GetFileName(path), out ReceiptId id))
            {
                continue;
            }

            if (File.Exists(PathOf(_receipts, id.ToString())) || ProofJob.TryDecode(id, File.ReadAllBytes(path)) is not { } job)
            {
                File.Delete(path);
                continue;
            }

            jobs.Add(job);
        }

        return jobs;
    }

    /// <summary>Keeps a receipt's proof, durably, and ends its job.</summary>
    internal void Put(in ReceiptId receipt, AttachedProof proof)
    {
        Digest32 key = Keep(proof.Key);
        Digest32 bytes = Keep(proof.Proof);
        AttachedProof stored = proof.Batch == 1
            ? AttachedProof.One(key.ToArray(), bytes.ToArray(), proof.Registrations)
            : AttachedProof.Many(key.ToArray(), proof.Batch, proof.RunsDigest, proof.Openings, bytes.ToArray(), proof.Registrations);
        Write(PathOf(_receipts, receipt.ToString()), stored.Encode());
        AfterStep?.Invoke("proof");
        Remove(receipt);
    }

    /// <summary>A receipt's proof; null if there is none.</summary>
    /// <exception cref="InvalidDataException">What is on the disk isn't what was written.</exception>
    internal AttachedProof? Find(in ReceiptId receipt)
    {
        string path = PathOf(_receipts, receipt.ToString());
        if (!File.Exists(path))
        {
            return null;
        }

        AttachedProof stored = AttachedProof.TryDecode(File.ReadAllBytes(path), out string? error) ?? throw new InvalidDataException($"{path} can't be read: {error}");
        byte[] key = Content(stored.Key);
        byte[] proof = Content(stored.Proof);
        return stored.Batch == 1
            ? AttachedProof.One(key, proof, stored.Registrations)
            : AttachedProof.Many(key, stored.Batch, stored.RunsDigest, stored.Openings, proof, stored.Registrations);
    }

    private Digest32 Keep(ReadOnlyMemory<byte> bytes)
    {
        Digest32 digest = Digest32.Sha256(bytes.Span);
        string path = PathOf(_content, digest.ToString());
        if (!File.Exists(path))
        {
            Write(path, bytes.Span);
            AfterStep?.Invoke("content");
        }

        return digest;
    }

    private byte[] Content(ReadOnlyMemory<byte> digest)
    {
        string path = PathOf(_content, Convert.ToHexStringLower(digest.Span));
        byte[] bytes = File.ReadAllBytes(path);
        return Digest32.Sha256(bytes).Bytes.SequenceEqual(digest.Span) ? bytes : throw new InvalidDataException($"{path} isn't what its name says");
    }

    private static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            DurableFile.SyncFolder(Path.GetDirectoryName(folder)!);
        }

        DurableFile.Write(path, bytes);
    }

    // A folder for each last two digits: ids of one day begin alike, and a folder of a million names is slow.
    private static string PathOf(string folder, string name) => Path.Combine(folder, name[^2..], name);
}
