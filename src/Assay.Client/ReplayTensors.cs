using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Assay.Programs;
using Assay.Receipts;

namespace Assay.Client;

/// <summary>A receipt's tensors as a program takes and gives them: what every replayer does the same way, whatever runs the program.</summary>
public static class ReplayTensors
{
    /// <summary>The inputs in the program's order, all with the same batch in front; false if they aren't the program's. Bound by name, as a node binds them: the order in a request is the caller's.</summary>
    public static bool TryBind(ExactProgram program, IReadOnlyList<TensorValue> inputs, [NotNullWhen(true)] out TensorValue[]? bound, out int batch)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(inputs);
        bound = null;
        batch = inputs.Count > 0 && inputs[0].Shape.Length > 0 ? inputs[0].Shape[0] : 0;
        if (inputs.Count != program.Inputs.Length || batch < 1)
        {
            return false;
        }

        TensorValue[] ordered = new TensorValue[program.Inputs.Length];
        for (int i = 0; i < ordered.Length; i++)
        {
            string name = program.Inputs[i].Name;
            ImmutableArray<int> expected = [batch, .. program.Inputs[i].Type.Shape];
            TensorValue? input = inputs.FirstOrDefault(t => t.Name == name);
            if (input is null || !input.Shape.AsSpan().SequenceEqual(expected.AsSpan()))
            {
                return false;
            }

            ordered[i] = input;
        }

        bound = ordered;
        return true;
    }

    /// <summary>Elements of all outputs of one item.</summary>
    public static long OutputCount(ExactProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.Outputs.Sum(output => (long)program.TypeOf(output.Value).Count);
    }

    /// <summary>Whether the outputs of so many items fit a bundle: no receipt can have larger ones.</summary>
    public static bool OutputsFit(ExactProgram program, int batch) => OutputCount(program) * batch <= Bundle.MaxLength / sizeof(float);

    /// <summary>An output as receipts have it: name, <c>[batch, shape of an item]</c>, little-endian binary32.</summary>
    public static TensorValue Output(ExactProgram program, int number, int batch, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(program);
        ImmutableArray<int> shape = [batch, .. program.TypeOf(program.Outputs[number].Value).Shape];
        return TensorValue.Create(program.Outputs[number].Name, shape, MemoryMarshal.AsBytes(values).ToArray());
    }
}
