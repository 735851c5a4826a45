using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;
using Assay.Proofs.Layouts;

namespace Assay.Prover.Registration;

/// <summary>Finds how a model is proved: for each operation the cheapest form that holds whatever its inputs may give, limbs and tiles.</summary>
/// <remarks>Not part of the proof system: any choice that keeps the rules is sound (spec/proof-system.md, section 3). With the weights
/// at hand each channel's sums are known exactly, so that every input within its range has a proof.</remarks>
public static class ChoiceCompiler
{
    /// <summary>Above so many requantised elements a run, a table of 2^16 rows costs less than another limb.</summary>
    private const long ManyElements = 1 << 17;

    /// <summary>The choices, or why the model can't be proved: the operation and the nearest thing that would work.</summary>
    /// <param name="error">Null exactly when choices are returned; a code of <see cref="ProofErrorCodes"/>.</param>
    public static CompiledChoices? Compile(ExactModel model, out ProofError? error)
    {
        error = CircuitBuilder.FindUnprovable(model.Program);
        if (error is not null)
        {
            return null;
        }

        ChannelSums sums = new(model);
        TailChooser chooser = new();
        long elements = 0;
        ImmutableArray<TailChoice> choices = CircuitBuilder.Choose(
            model.Program,
            question =>
            {
                elements += question.Elements;
                return sums.LowLimbFits(question) ? chooser.Choose(question, sums.Before(question)) : null;
            },
            out error);
        if (error is not null)
        {
            return null;
        }

        int limbBits = elements > ManyElements ? 16 : 12;
        Circuit? circuit = CircuitBuilder.Build(model.Program, choices, limbBits, 1, out error);
        if (circuit is null)
        {
            return null;
        }

        if (Tiles(circuit) is not (int a, int b))
        {
            error = new(ProofErrorCodes.Limit, $"the weights need more than {WeightTiles.Most} tiles");
            return null;
        }

        return new(limbBits, choices, a, b, circuit);
    }

    /// <summary>The tiles for which the weights' part of a proof is smallest: a fold of 2^(a+b) elements of 16 bytes, and about 132
    /// openings of one number of 4 bytes for each tile.</summary>
    private static (int A, int B)? Tiles(Circuit circuit)
    {
        if (circuit.Matrices.IsEmpty)
        {
            return (0, 0);
        }

        (int A, int B)? best = null;
        long least = long.MaxValue;
        for (int bits = 4; bits <= 16; bits++)
        {
            for (int a = 0; a <= bits; a++)
            {
                long bytes = (16L << bits) + (4L * 132 * WeightTiles.Count(circuit, a, bits - a));
                if (bytes < least && WeightTiles.Count(circuit, a, bits - a) <= WeightTiles.Most)
                {
                    (least, best) = (bytes, (a, bits - a));
                }
            }
        }

        return best;
    }
}
