using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary>From a program to its circuit (spec/proof-system.md, section 5), with the rules that make it sound.</summary>
public static class CircuitBuilder
{
    /// <summary>The circuit of a program for a number of runs, or why there is none. Never throws on what a proof key may say;
    /// memory and time are bounded by <see cref="CircuitLimits"/>.</summary>
    /// <param name="program">The program.</param>
    /// <param name="choices">One for each operation.</param>
    /// <param name="limbBits">Bits of a remainder's limb, 8 to 16.</param>
    /// <param name="batch">Runs, 1 or more.</param>
    /// <param name="error">Null exactly when a circuit is returned; a code of <see cref="ProofErrorCodes"/>.</param>
    public static Circuit? Build(
        ExactProgram program, ImmutableArray<TailChoice> choices, int limbBits, int batch, out ProofError? error)
    {
        if (choices.Length != program.Operations.Length || limbBits is < ProofKey.MinLimbBits or > ProofKey.MaxLimbBits || batch < 1)
        {
            error = new(ProofErrorCodes.Key, $"{choices.Length} choices for {program.Operations.Length} operations, {limbBits} bits of a limb, {batch} runs");
            return null;
        }

        CircuitDraft draft = new(program, limbBits, batch);
        Circuit? circuit = AddAll(draft, choices);
        error = draft.Error;
        return circuit;
    }

    /// <summary>Goes through a program and asks for a choice wherever one is needed.</summary>
    /// <param name="chooser">The choice, or null if there is none that keeps the rules.</param>
    /// <param name="error">Null exactly when choices are returned; as for <see cref="Build"/>.</param>
    public static ImmutableArray<TailChoice> Choose(ExactProgram program, Func<TailQuestion, TailChoice?> chooser, out ProofError? error)
    {
        CircuitDraft draft = new(program, ProofKey.MinLimbBits, 1, chooser);
        AddAll(draft, draft.Choices);
        error = draft.Error;
        return error is null ? draft.Choices : [];
    }

    /// <summary>The first operation that has no proof whatever its numbers are, or null: the most useful thing to be told of a program.</summary>
    public static ProofError? FindUnprovable(ExactProgram program)
    {
        CircuitDraft draft = new(program, ProofKey.MinLimbBits, 1);
        for (int i = 0; i < program.Operations.Length; i++)
        {
            if (program.Operations[i] is DivideOperation or NormalizeOperation or RootSumOperation or SelectOperation or EmbeddingOperation
                or ConstantOperation or TopKOperation { K: > 1 })
            {
                draft.Start(i);
                Refuse(draft);
                return draft.Error;
            }
        }

        return null;
    }

    private static Circuit? AddAll(CircuitDraft draft, ImmutableArray<TailChoice> choices)
    {
        ExactProgram program = draft.Program;
        for (int i = 0; i < program.Inputs.Length && draft.Error is null; i++)
        {
            int column = draft.AddColumn(draft.Dims(program.Inputs[i].Type.Shape));
            draft.SetColumn(i, column);
            draft.AddStep(new WitnessStep.Given(column, i));
        }

        for (int i = 0; i < choices.Length && draft.Error is null; i++)
        {
            draft.Start(i);
            Add(draft, program.Operations[i], choices[i]);
        }

        return draft.Error is null ? draft.Finish() : null;
    }

    private static void Add(CircuitDraft draft, Operation operation, TailChoice choice)
    {
        switch (operation)
        {
            case LinearOperation op:
                LinearLowering.Add(draft, op, choice);
                break;
            case ConvOperation op:
                ConvLowering.Add(draft, op, choice);
                break;
            case AffineOperation op:
                AffineLowering.Add(draft, op, choice);
                break;
            case MulOperation op:
                MulLowering.Add(draft, op, choice);
                break;
            case MatMulOperation op:
                MatMulLowering.Add(draft, op, choice);
                break;
            case AddOperation op:
                AddLowering.Add(draft, op, choice);
                break;
            case RescaleOperation op:
                RescaleLowering.Add(draft, op, choice);
                break;
            case AveragePoolOperation op:
                AveragePoolLowering.Add(draft, op, choice);
                break;
            case ReduceSumOperation op:
                ReduceSumLowering.Add(draft, op, choice);
                break;
            case MaxOperation op:
                MaxLowering.Add(draft, op.A, op.B, op.Result, isMax: true, choice);
                break;
            case MinOperation op:
                MaxLowering.Add(draft, op.A, op.B, op.Result, isMax: false, choice);
                break;
            case SoftmaxOperation op:
                SoftmaxLowering.Add(draft, op, choice);
                break;
            default:
                AddWithoutTail(draft, operation, choice);
                break;
        }
    }

    /// <summary>Operations that never requantise.</summary>
    private static void AddWithoutTail(CircuitDraft draft, Operation operation, TailChoice choice)
    {
        switch (operation)
        {
            case LookupOperation op:
                LookupLowering.Add(draft, op);
                break;
            case ReshapeOperation op:
                draft.SetResult(draft.AnyColumn(op.X));
                break;
            case MaxPoolOperation op:
                MaxPoolLowering.Add(draft, op);
                break;
            case ReduceMaxOperation op:
                ReduceMaxLowering.Add(draft, op);
                break;
            case TopKOperation op when op.K == 1:
                TopKLowering.Add(draft, op);
                break;
            case TransposeOperation op:
                LayoutLowering.AddTranspose(draft, op);
                break;
            case SliceOperation op:
                LayoutLowering.AddSlice(draft, op);
                break;
            case GatherOperation op:
                LayoutLowering.AddGather(draft, op);
                break;
            case ConcatOperation op:
                LayoutLowering.AddConcat(draft, op);
                break;
            case PadOperation op:
                LayoutLowering.AddPad(draft, op);
                break;
            default:
                Refuse(draft);
                return;
        }

        TailLowering.RefuseChoice(draft, choice);
    }

    private static void Refuse(CircuitDraft draft) =>
        draft.Fail(ProofErrorCodes.Operation, "this operation has no proof; verification by replay works for every operation");
}
