namespace Assay.Prover.Commitments;

/// <summary>The codeword of the weights and its tree, wherever they are kept.</summary>
internal unsafe interface IWeightCodeword : IDisposable
{
    /// <summary>The symbols, position-major (<see cref="RowCode"/>).</summary>
    uint* Symbols { get; }

    /// <summary>Words from position to position.</summary>
    int Pitch { get; }

    /// <summary>The tree over the positions.</summary>
    MerkleTree Tree { get; }
}
