using Assay.Proofs.Circuits;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Hashing;
using Assay.Proofs.Layouts;

namespace Assay.Proofs;

/// <summary>Bytes of a proof, from public shapes.</summary>
public static class ProofSize
{
    private const int NonceBytes = 8;

    /// <summary>Everything but the siblings of the two trees, whose number depends on the positions drawn. Exact.</summary>
    public static long WithoutSiblings(ProofShape shape)
    {
        Circuit circuit = shape.Circuit;
        long elements = 4;
        for (int k = 1; k < shape.LeafBits; k++)
        {
            elements += (2 * k) + 4;
        }

        elements += circuit.Batch > 1 ? circuit.Batch : 0;
        elements += circuit.Instances.IsEmpty ? 0 : 1 + (2 * shape.IndexBits) + (2 * circuit.Instances.Length);
        elements += (2 * shape.Witness.Bits) + (1L << shape.RowBits);
        elements += shape.HasWeights ? 1L << (shape.A + shape.B) : 0;
        long symbols = ((long)shape.WitnessQueries * shape.Rows) + ((long)shape.WeightQueries * shape.Tiles.Length);
        return Blake3.DigestBytes + (2 * NonceBytes) + (Ext4.Bytes * elements) + (sizeof(uint) * symbols);
    }

    /// <summary>The bytes of a proof in which these positions were drawn. Exact.</summary>
    /// <param name="weightPositions">Empty without weights.</param>
    public static long Exact(ProofShape shape, ReadOnlySpan<int> witnessPositions, ReadOnlySpan<int> weightPositions)
    {
        int siblings = MerkleOpening.SiblingCount(witnessPositions, Depth(shape.WitnessCode));
        siblings += shape.HasWeights ? MerkleOpening.SiblingCount(weightPositions, Depth(shape.WeightCode)) : 0;
        return WithoutSiblings(shape) + ((long)Blake3.DigestBytes * siblings);
    }

    /// <summary>No proof of this shape is longer.</summary>
    public static long UpperBound(ProofShape shape)
    {
        int siblings = MerkleOpening.MostSiblings(shape.WitnessQueries, Depth(shape.WitnessCode));
        siblings += shape.HasWeights ? MerkleOpening.MostSiblings(shape.WeightQueries, Depth(shape.WeightCode)) : 0;
        return WithoutSiblings(shape) + ((long)Blake3.DigestBytes * siblings);
    }

    private static int Depth(int codeLength) => Bits.Ceiling(codeLength);
}
