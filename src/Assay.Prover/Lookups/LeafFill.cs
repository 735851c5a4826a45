using System.Runtime.CompilerServices;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;
using Assay.Prover.Threading;
using Assay.Prover.Witness;

namespace Assay.Prover.Lookups;

/// <summary>Fills the leaves: denominators, and numerators as numbers of the base field.</summary>
/// <remarks>Safety: pieces lie in the leaves, none across the middle; a piece of fewer than 16 cells is written word by word, as its block
/// belongs to other pieces too.</remarks>
internal sealed unsafe class LeafFill : ITeamJob
{
    private const int MostRows = 4;
    private readonly ExtensionKernels _kernels;
    private readonly LookupPlan _plan;
    private readonly WitnessColumns _columns;
    private readonly LeafArrays _leaves;
    private readonly Ext4[] _first;
    private readonly ExtensionConstant[][] _constants;

    public LeafFill(ExtensionKernels kernels, LookupPlan plan, WitnessColumns columns, LeafArrays leaves, Ext4 alpha, Ext4 beta)
    {
        (_kernels, _plan, _columns, _leaves) = (kernels, plan, columns, leaves);
        Ext4[] powers = [Ext4.One, beta, beta * beta, beta * beta * beta];
        _first = new Ext4[plan.Fingerprints.Length];
        _constants = new ExtensionConstant[plan.Fingerprints.Length][];
        for (int i = 0; i < _first.Length; i++)
        {
            _first[i] = plan.Fingerprints[i].First(alpha, powers);
            _constants[i] = [.. plan.Fingerprints[i].Terms.Select(
                term => ExtensionConstant.ForIntegers(-(powers[term.Power] * KoalaBear.From(term.Coefficient))))];
        }
    }

    /// <summary>Parts of the work.</summary>
    public int Parts => _plan.Parts.Length - 1;

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void Run(int part)
    {
        int* scratch = stackalloc int[MostRows * LookupPlan.PieceCells];
        uint* block = stackalloc uint[ExtensionKernels.BlockWords + ExtensionKernels.BlockElements];
        for (int i = _plan.Parts[part]; i < _plan.Parts[part + 1]; i++)
        {
            LeafPiece piece = _plan.Pieces[i];
            uint* q = _leaves.Denominators(piece.Cell);
            uint* p = _leaves.Numerators(piece.Cell);
            if (piece.Count >= ExtensionKernels.BlockElements)
            {
                Denominators(piece, q, scratch);
                Numerators(piece, p);
            }
            else
            {
                uint* numerators = block + ExtensionKernels.BlockWords;
                Denominators(piece, block, scratch);
                Numerators(piece, numerators);
                for (int j = 0; j < piece.Count; j++)
                {
                    (q[j], q[j + 16], q[j + 32], q[j + 48]) = (block[j], block[j + 16], block[j + 32], block[j + 48]);
                    p[j] = numerators[j];
                }
            }

            if (_plan.Boxes[piece.Box].HasHoles)
            {
                Holes(piece, q, p);
            }
        }
    }

    private void Denominators(LeafPiece piece, uint* q, int* scratch)
    {
        LeafFingerprint fingerprint = _plan.Fingerprints[piece.Box];
        long blocks = (piece.Count + 15) / 16;
        int** rows = stackalloc int*[MostRows];
        int terms = fingerprint.Terms.Length;
        fixed (ExtensionConstant* constants = _constants[piece.Box])
        {
            int done = 0;
            do
            {
                int count = Math.Min(terms - done, MostRows);
                for (int j = 0; j < count; j++)
                {
                    rows[j] = fingerprint.Terms[done + j].Reader.Read(
                        _columns, piece.Block, piece.Within, piece.Count, scratch + (j * LookupPlan.PieceCells));
                }

                if (count == 0)
                {
                    rows[0] = scratch;
                }

                _kernels.Combine(q, done == 0 ? _first[piece.Box] : null, rows, constants + done, count, blocks);
                done += count;
            }
            while (done < terms);
        }
    }

    private void Numerators(LeafPiece piece, uint* p)
    {
        int cells = (piece.Count + 15) / 16 * 16;
        int column = _plan.Multiplicities[piece.Box];
        if (column < 0)
        {
            new Span<uint>(p, cells).Fill(ExtensionForm.One);
            return;
        }

        // Columns can be read in whole blocks; one piece of less than a block starts anywhere.
        int* multiplicities = _columns.Column(column) + piece.Block.Start + piece.Within;
        int* padded = stackalloc int[16];
        if (piece.Count < 16)
        {
            new Span<int>(padded, 16).Clear();
            new ReadOnlySpan<int>(multiplicities, piece.Count).CopyTo(new Span<int>(padded, 16));
            multiplicities = padded;
        }

        _kernels.EnterNegated(p, multiplicities, cells);
    }

    /// <summary>Cells that belong to no element are 0/1.</summary>
    private void Holes(LeafPiece piece, uint* q, uint* p)
    {
        LeafBox box = _plan.Boxes[piece.Box];
        int rowLength = 1 << box.RowBits;
        int length = box.Length(box.Axes.Length - 1);
        Span<int> positions = stackalloc int[box.Axes.Length];
        for (int done = 0; done < piece.Count;)
        {
            int from = (int)((piece.Within + done) & (rowLength - 1));
            int cells = Math.Min(rowLength - from, piece.Count - done);
            int real = box.TryLocate(piece.Block, piece.Within + done, positions) ? Math.Clamp(length - from, 0, cells) : 0;
            for (int j = done + real; j < done + cells; j++)
            {
                p[j] = 0;
                uint* words = q + ExtensionArray.WordOf(j);
                (words[0], words[16], words[32], words[48]) = (ExtensionForm.One, 0, 0, 0);
            }

            done += cells;
        }
    }
}
