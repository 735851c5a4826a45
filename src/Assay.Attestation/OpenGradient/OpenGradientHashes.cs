using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>
/// The hashes of OpenGradient's network (docs/opengradient.md): all Keccak-256, over what Solidity packs or encodes. They were
/// taken from its published sources; golden vectors are in spec/vectors/attestation/opengradient.json.
/// </summary>
public static class OpenGradientHashes
{
    private const int Word = 32;
    private const string OhttpDomain = "OPENGRADIENT_TEE_OHTTP_CONFIG_V1";

    /// <summary>Of a request's canonical text, or of an output: its UTF-8.</summary>
    public static Digest32 OfText(string text) => Keccak256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>What the enclave signs for a response: request's hash, output's hash, time as 32 bytes.</summary>
    /// <param name="request">Hash of the canonical request.</param>
    /// <param name="output">Hash of the output.</param>
    /// <param name="timestamp">Unix seconds, not negative.</param>
    public static Digest32 OfMessage(Digest32 request, Digest32 output, long timestamp) =>
        Keccak256.HashData([.. request.Bytes, .. output.Bytes, .. ToWord((ulong)timestamp)]);

    /// <summary>What the enclave signs to say that it is alive: its id and the time.</summary>
    public static Digest32 OfHeartbeat(Digest32 teeId, long timestamp) => Keccak256.HashData([.. teeId.Bytes, .. ToWord((ulong)timestamp)]);

    /// <summary>What builds are approved by: three registers of the enclave, 48 bytes each, one after the other.</summary>
    public static Digest32 OfRegisters(ReadOnlySpan<byte> pcr0, ReadOnlySpan<byte> pcr1, ReadOnlySpan<byte> pcr2) => Keccak256.HashData([.. pcr0, .. pcr1, .. pcr2]);

    /// <summary>An enclave's id: the hash of its key's SubjectPublicKeyInfo, DER.</summary>
    public static Digest32 OfKey(ReadOnlySpan<byte> publicKeyInfo) => Keccak256.HashData(publicKeyInfo);

    /// <summary>What the enclave signs about its key for confidential requests.</summary>
    /// <param name="teeId">The enclave's id.</param>
    /// <param name="keyId">Key identifier (RFC 9458, section 3.1).</param>
    /// <param name="kem">Its KEM.</param>
    /// <param name="kdf">Its KDF.</param>
    /// <param name="aead">Its AEAD.</param>
    /// <param name="publicKey">The HPKE key.</param>
    /// <param name="keyConfig">The whole key configuration.</param>
    public static Digest32 OfOhttpConfig(
        Digest32 teeId, byte keyId, ushort kem, ushort kdf, ushort aead, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> keyConfig) => Keccak256.HashData(
    [
        .. OfText(OhttpDomain).Bytes, .. teeId.Bytes, .. ToWord(keyId), .. ToWord(kem), .. ToWord(kdf), .. ToWord(aead),
        .. Keccak256.HashData(publicKey).Bytes, .. Keccak256.HashData(keyConfig).Bytes,
    ]);

    /// <summary>
    /// A leaf of a settled batch, as OpenZeppelin's <c>StandardMerkleTree</c> makes it of
    /// <c>[bytes32 teeId, bytes32 inputHash, bytes32 outputHash, bytes teeSignature, uint256 timestamp]</c>: hashed twice.
    /// </summary>
    public static Digest32 OfLeaf(Digest32 teeId, Digest32 request, Digest32 output, ReadOnlySpan<byte> signature, long timestamp)
    {
        // abi.encode: five words, of which the fourth says where the bytes are; then their length, then they, filled up with zeros.
        byte[] padded = new byte[(signature.Length + Word - 1) / Word * Word];
        signature.CopyTo(padded);
        Digest32 encoded = Keccak256.HashData(
        [
            .. teeId.Bytes, .. request.Bytes, .. output.Bytes, .. ToWord(5 * Word), .. ToWord((ulong)timestamp), .. ToWord((ulong)signature.Length), .. padded,
        ]);
        return Keccak256.HashData(encoded.Bytes);
    }

    /// <summary>The root of a batch: leaves sorted, in the array form of a complete binary tree, each pair sorted before it is hashed.</summary>
    /// <returns>Null without leaves.</returns>
    public static Digest32? RootOf(IEnumerable<Digest32> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        Digest32[] sorted = [.. leaves.Order(Comparer<Digest32>.Create(static (a, b) => Digest32.Compare(a, b)))];
        if (sorted.Length == 0)
        {
            return null;
        }

        Digest32[] tree = new Digest32[2 * sorted.Length - 1];
        for (int i = 0; i < sorted.Length; i++)
        {
            tree[tree.Length - 1 - i] = sorted[i];
        }

        for (int i = tree.Length - 1 - sorted.Length; i >= 0; i--)
        {
            tree[i] = OfPair(tree[2 * i + 1], tree[2 * i + 2]);
        }

        return tree[0];
    }

    /// <summary>Where a proof leads from a leaf: the root, if the leaf is in the batch.</summary>
    public static Digest32 RootOf(Digest32 leaf, ImmutableArray<Digest32> proof)
    {
        Digest32 node = leaf;
        foreach (Digest32 sibling in proof)
        {
            node = OfPair(node, sibling);
        }

        return node;
    }

    private static Digest32 OfPair(Digest32 a, Digest32 b) =>
        Digest32.Compare(a, b) < 0 ? Keccak256.HashData([.. a.Bytes, .. b.Bytes]) : Keccak256.HashData([.. b.Bytes, .. a.Bytes]);

    private static byte[] ToWord(ulong value)
    {
        byte[] word = new byte[Word];
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(Word - sizeof(ulong)), value);
        return word;
    }
}
