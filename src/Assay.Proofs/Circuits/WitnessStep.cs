using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>How columns of a circuit are filled. A prover goes through the steps in order; the verifier ignores them.</summary>
/// <remarks>Steps that read what they fill (running maxima) do so at earlier places only, in row-major order.</remarks>
/// <param name="Operation">The program's operation, or -1 for inputs.</param>
public abstract record WitnessStep(int Operation)
{
    /// <summary>The column is an input of the program.</summary>
    public sealed record Given(int Column, int Input) : WitnessStep(-1);

    /// <summary>The column is what an identity says: it stands there once, with coefficient 1, over the whole box.</summary>
    public sealed record Determined(int Operation, int Column, int Identity) : WitnessStep(Operation);

    /// <summary>The columns are what the table of an item says of its first expression: each stands, alone of what isn't known yet and
    /// with coefficient 1 or -1, in one of the item's later expressions: column i in expression i + 1.</summary>
    public sealed record Mapped(int Operation, ImmutableArray<int> Columns, int Item) : WitnessStep(Operation);

    /// <summary>Number parts, lowest first, of what is left for them in an identity or instance, without its lowest
    /// <paramref name="Skip"/> bits, which are zero: each as many bits as given, the last one what remains.</summary>
    public sealed record Digits(int Operation, Relation Relation, int Skip, ImmutableArray<(int Column, int Bits)> Columns)
        : WitnessStep(Operation);

    /// <summary>A requantisation of what is left in an identity or instance.</summary>
    public sealed record Requantised(int Operation, Relation Relation, Requantisation Tail) : WitnessStep(Operation);

    /// <summary>A softmax's reciprocal: <c>2^Bits = R*S + q</c> and <c>z = S - 1 - q</c>; R in limbs, q and z as two parts, the lower one of
    /// 12 bits.</summary>
    public sealed record Reciprocal(
        int Operation, int Bits, int Sum, ImmutableArray<int> Limbs, int LimbBits, (int Low, int High) Rest, (int Low, int High) Gap)
        : WitnessStep(Operation);
}
