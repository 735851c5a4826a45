using System.Text;
using Assay.Attestation;
using Assay.Files;
using Assay.Primitives;

namespace Assay.Node.Attesting;

/// <summary>
/// Evidence by which this node endorsed, with what went with it, on the disk: receipts need it as long as they are asked for. Each piece
/// once: a thousand endorsements rest on one evidence, and many pieces of evidence go with one collateral.
/// </summary>
/// <remarks>
/// <code>
/// attestation/evidence/xx/DIGEST     evidence: its SHA-256 is the name
/// attestation/material/xx/SHA-256    material
/// attestation/goes-with/xx/DIGEST    of that evidence: the material's SHA-256
/// attestation/policy                 the digest of the policy that was logged last
/// </code>
/// </remarks>
internal sealed class AttestationStore(string nodeFolder)
{
    private readonly string _folder = Path.Combine(nodeFolder, "attestation");

    /// <summary>Called after each step that the disk sees: where tests let the process die.</summary>
    internal Action<string>? AfterStep { get; init; }

    /// <summary>Digest of the policy that was logged last; null if none was.</summary>
    internal Digest32? LoggedPolicy
    {
        get
        {
            string path = Path.Combine(_folder, "policy");
            return File.Exists(path) && Digest32.TryParseHex(File.ReadAllText(path), out Digest32 digest) ? digest : null;
        }
    }

    /// <summary>Remembers the policy that was logged.</summary>
    internal void KeepLoggedPolicy(in Digest32 policy)
    {
        Prepare(_folder);
        DurableFile.Write(Path.Combine(_folder, "policy"), Encoding.ASCII.GetBytes(policy.ToString()));
        AfterStep?.Invoke("policy noted");
    }

    /// <summary>Keeps evidence and its material, durably.</summary>
    /// <returns>The evidence's digest.</returns>
    internal Digest32 Put(AttestationEvidence evidence, AttestationMaterial material)
    {
        Digest32 digest = Digest32.Sha256(evidence.Bytes.Span);
        Digest32 with = Digest32.Sha256(material.Bytes.Span);
        Write("material", with, material.Bytes.Span);
        Write("goes-with", digest, with.Bytes);
        Write("evidence", digest, evidence.Bytes.Span);
        return digest;
    }

    /// <summary>Evidence by its digest; null if it isn't here.</summary>
    /// <exception cref="InvalidDataException">What is on the disk isn't what was written.</exception>
    internal byte[]? FindEvidence(in Digest32 digest) => Read("evidence", digest, isContent: true);

    /// <summary>The material that goes with evidence; null if there is none.</summary>
    /// <exception cref="InvalidDataException">What is on the disk isn't what was written.</exception>
    internal byte[]? FindMaterial(in Digest32 evidence) =>
        Read("goes-with", evidence, isContent: false) is { } with && Digest32.TryFrom(with, out Digest32 material) ? Read("material", material, isContent: true) : null;

    private byte[]? Read(string kind, in Digest32 digest, bool isContent)
    {
        string path = PathOf(kind, digest);
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] bytes = File.ReadAllBytes(path);
        return !isContent || Digest32.Sha256(bytes) == digest ? bytes : throw new InvalidDataException($"{path} isn't what its name says");
    }

    private void Write(string kind, in Digest32 name, ReadOnlySpan<byte> bytes)
    {
        string path = PathOf(kind, name);
        if (!File.Exists(path))
        {
            Prepare(Path.GetDirectoryName(path)!);
            DurableFile.Write(path, bytes);
            AfterStep?.Invoke(kind);
        }
    }

    // Each level's name is on the disk before something stands in it.
    private static void Prepare(string folder)
    {
        if (!Directory.Exists(folder))
        {
            string parent = Path.GetDirectoryName(folder)!;
            Prepare(parent);
            OwnerOnlyFile.CreateDirectory(folder);
            DurableFile.SyncFolder(parent);
        }
    }

    private string PathOf(string kind, in Digest32 digest)
    {
        string name = digest.ToString();
        return Path.Combine(_folder, kind, name[..2], name);
    }
}
