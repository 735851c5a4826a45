using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Assay.Programs;
using Assay.Receipts;

namespace Assay.Client;

/// <summary>A receipt's tensors as a program takes and gives them: what every replayer does the same way, whatever runs the program.</summary>
public static class ReplayTensors
{
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
