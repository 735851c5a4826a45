using Assay.Proofs.Circuits;
using Assay.Proofs.Layouts;
using Assay.Prover.Commitments;
using Assay.Prover.Lookups;
using Assay.Prover.Memory;
using Assay.Prover.Simd;
using Assay.Prover.Threading;
using Assay.Prover.Witness;

namespace Assay.Prover.Proving;

/// <summary>All that proofs of one number of runs have in common, and the memory that they use one after the other.</summary>
internal sealed unsafe class ProofSession : IDisposable
{
    private readonly NativeBuffer<nint> _pointers;
    private readonly NativeBuffer<int> _cells;
    private readonly WitnessCells _copy;

    /// <param name="key">The proving key.</param>
    /// <param name="shape">Of the key for this number of runs.</param>
    /// <param name="weights">Weights as the witness reads them, shared by sessions.</param>
    public ProofSession(ProvingKey key, ProofShape shape, LayerWeights?[] weights, NativeArena arena, WorkerTeam team, VectorPath path)
    {
        Shape = shape;
        Circuit circuit = shape.Circuit;
        Columns = new(arena, circuit);
        _pointers = new(circuit.Columns.Length);
        for (int column = 0; column < circuit.Columns.Length; column++)
        {
            _pointers.Pointer[column] = (nint)Columns.Column(column);
        }

        Plan = new(key.Model, circuit, weights, path);
        _copy = new(circuit, shape.Witness);
        Lookups = new(shape);

        // Cells that belong to no column stay 0.
        _cells = new(shape.Witness.Cells);
        _cells.Clear();
        Commitment = new((int)shape.Witness.Cells, shape.RowBits, team, path);
    }

    /// <summary>All public sizes.</summary>
    public ProofShape Shape { get; }

    /// <summary>All columns.</summary>
    public WitnessColumns Columns { get; }

    /// <summary>How they are filled.</summary>
    public WitnessPlan Plan { get; }

    /// <summary>How lookups are read from them.</summary>
    public LookupPlan Lookups { get; }

    /// <summary>The commitment to W.</summary>
    public WitnessCommitment Commitment { get; }

    /// <summary>The columns by number.</summary>
    public int** Pointers => (int**)_pointers.Pointer;

    /// <summary>W.</summary>
    public int* Cells => _cells.Pointer;

    /// <summary>W as a span.</summary>
    public ReadOnlySpan<int> Witness => new(_cells.Pointer, (int)Shape.Witness.Cells);

    /// <summary>Fills W from the columns.</summary>
    public void CopyCells(WorkerTeam team) => _copy.Copy(Pointers, Cells, team);

    public void Dispose()
    {
        Plan.Dispose();
        Commitment.Dispose();
        _cells.Dispose();
        _pointers.Dispose();
        Columns.Dispose();
    }
}
