using Assay.Primitives.Merkle;

namespace Assay.Primitives.Tests.Merkle;

/// <summary>The recursive definitions of RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1, word for word, remembering subtrees.</summary>
internal sealed class ReferenceTree
{
    private readonly byte[][] _entries;
    private readonly Dictionary<(int, int), Digest32> _heads = [];

    public ReferenceTree(byte[][] entries)
    {
        _entries = entries;
    }

    /// <summary>MTH(D[start:end]).</summary>
    public Digest32 Head(int start, int end)
    {
        if (_heads.TryGetValue((start, end), out Digest32 head))
        {
            return head;
        }

        int n = end - start;
        head = n switch
        {
            0 => Digest32.Sha256([]),
            1 => Digest32.Sha256([0, .. _entries[start]]),
            _ => Digest32.Sha256(
                [1, .. Head(start, start + K(n)).ToArray(), .. Head(start + K(n), end).ToArray()]),
        };
        _heads[(start, end)] = head;
        return head;
    }

    /// <summary>PATH(m, D[start:end]).</summary>
    public IEnumerable<Digest32> Path(int m, int start, int end)
    {
        int n = end - start;
        if (n == 1)
        {
            return [];
        }

        int k = K(n);
        return m < k
            ? Path(m, start, start + k).Append(Head(start + k, end))
            : Path(m - k, start + k, end).Append(Head(start, start + k));
    }

    /// <summary>PROOF(m, D[0:n]).</summary>
    public IEnumerable<Digest32> Proof(int m, int n) => SubProof(m, 0, n, true);

    /// <summary>
    /// A proof in a tree that nobody could build: every hash that the proof doesn't determine is drawn at random, and
    /// the root follows from them.
    /// </summary>
    public static (Digest32 Root, List<Digest32> Path) Invented(Digest32 leaf, ulong m, ulong n, Random random)
    {
        if (n == 1)
        {
            return (leaf, []);
        }

        ulong k = K(n);
        Digest32 sibling = Draw(random);
        (Digest32 below, List<Digest32> path) = m < k ? Invented(leaf, m, k, random) : Invented(leaf, m - k, n - k, random);
        path.Add(sibling);
        return (m < k ? MerkleTree.NodeHash(below, sibling) : MerkleTree.NodeHash(sibling, below), path);
    }

    /// <summary>The same for consistency proofs: roots of the old and the new tree, and the proof.</summary>
    public static (Digest32 Old, Digest32 New, List<Digest32> Path) InventedConsistency(
        ulong m, ulong n, Random random, bool whole = true)
    {
        if (m == n)
        {
            Digest32 head = Draw(random);
            return (head, head, whole ? [] : [head]);
        }

        ulong k = K(n);
        Digest32 sibling = Draw(random);
        if (m <= k)
        {
            (Digest32 oldHead, Digest32 newHead, List<Digest32> path) = InventedConsistency(m, k, random, whole);
            path.Add(sibling);
            return (oldHead, MerkleTree.NodeHash(newHead, sibling), path);
        }
        else
        {
            (Digest32 oldHead, Digest32 newHead, List<Digest32> path) = InventedConsistency(m - k, n - k, random, false);
            path.Add(sibling);
            return (MerkleTree.NodeHash(sibling, oldHead), MerkleTree.NodeHash(sibling, newHead), path);
        }
    }

    private IEnumerable<Digest32> SubProof(int m, int start, int end, bool b)
    {
        int n = end - start;
        if (m == n)
        {
            return b ? [] : [Head(start, end)];
        }

        int k = K(n);
        return m <= k
            ? SubProof(m, start, start + k, b).Append(Head(start + k, end))
            : SubProof(m - k, start + k, end, false).Append(Head(start, start + k));
    }

    /// <summary>The largest power of two smaller than n.</summary>
    private static int K(int n) => (int)K((ulong)n);

    private static ulong K(ulong n)
    {
        ulong k = 1;
        while (k < n - k)
        {
            k *= 2;
        }

        return k;
    }

    private static Digest32 Draw(Random random)
    {
        byte[] bytes = new byte[Digest32.Size];
        random.NextBytes(bytes);
        return Digest32.From(bytes);
    }
}
