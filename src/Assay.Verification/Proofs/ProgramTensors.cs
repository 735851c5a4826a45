using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Assay.Programs;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>A receipt's binary32 tensors as the integers of an exact program, bit by bit (spec/proofs.md, "What a verifier recomputes").</summary>
public static class ProgramTensors
{
    /// <summary>The inputs in the program's order, all with the same number of items in front; false if they aren't the program's. Bound by name: the order in a request is the caller's.</summary>
    public static bool TryBind(ExactProgram program, IReadOnlyList<TensorValue> inputs, [NotNullWhen(true)] out TensorValue[]? bound, out int items)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(inputs);
        bound = null;
        items = inputs.Count > 0 && inputs[0].Shape.Length > 0 ? inputs[0].Shape[0] : 0;
        if (inputs.Count != program.Inputs.Length || items < 1)
        {
            return false;
        }

        TensorValue[] ordered = new TensorValue[program.Inputs.Length];
        for (int i = 0; i < ordered.Length; i++)
        {
            string name = program.Inputs[i].Name;
            TensorValue? input = inputs.FirstOrDefault(t => t.Name == name);
            if (input is null || !IsItems(input, items, program.Inputs[i].Type))
            {
                return false;
            }

            ordered[i] = input;
        }

        bound = ordered;
        return true;
    }

    /// <summary>The integers that go in, one array for each item: all inputs in the program's order. Null if they don't fit, or the boundary refuses one.</summary>
    /// <param name="program">The program.</param>
    /// <param name="inputs">As a request has them.</param>
    /// <param name="clamped">Elements that were moved to an end of their range.</param>
    public static short[][]? Inputs(ExactProgram program, IReadOnlyList<TensorValue> inputs, out ulong clamped)
    {
        clamped = 0;
        if (!TryBind(program, inputs, out TensorValue[]? bound, out int items))
        {
            return null;
        }

        int perItem = program.Inputs.Sum(static input => input.Type.Count);
        short[][] integers = new short[items][];
        for (int item = 0; item < items; item++)
        {
            integers[item] = new short[perItem];
            int at = 0;
            for (int i = 0; i < bound.Length; i++)
            {
                int count = program.Inputs[i].Type.Count;
                ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(bound[i].Data.Span).Slice(item * count, count);
                BoundaryResult result = Boundary.Quantize(program.Inputs[i], values, integers[item].AsSpan(at, count));
                if (result.Error is not null)
                {
                    return null;
                }

                clamped += (ulong)result.Clamped;
                at += count;
            }
        }

        return integers;
    }

    /// <summary>The integers that came out, one array for each item: all outputs in the program's order. Null if they don't fit, or an element is no integer of its output.</summary>
    /// <param name="program">The program.</param>
    /// <param name="outputs">As a receipt has them: in the program's order.</param>
    /// <param name="items">How many items the request has.</param>
    public static short[][]? Outputs(ExactProgram program, IReadOnlyList<TensorValue> outputs, int items)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs.Count != program.Outputs.Length)
        {
            return null;
        }

        for (int o = 0; o < outputs.Count; o++)
        {
            if (outputs[o].Name != program.Outputs[o].Name || !IsItems(outputs[o], items, program.TypeOf(program.Outputs[o].Value)))
            {
                return null;
            }
        }

        int perItem = program.Outputs.Sum(output => program.TypeOf(output.Value).Count);
        short[][] integers = new short[items][];
        for (int item = 0; item < items; item++)
        {
            integers[item] = new short[perItem];
            int at = 0;
            for (int o = 0; o < outputs.Count; o++)
            {
                TensorType type = program.TypeOf(program.Outputs[o].Value);
                ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(outputs[o].Data.Span).Slice(item * type.Count, type.Count);
                foreach (float value in values)
                {
                    if (Integer(value, program.Outputs[o].Scale, type) is not { } q)
                    {
                        return null;
                    }

                    integers[item][at++] = q;
                }
            }
        }

        return integers;
    }

    // The boundary gives each integer another binary32, so at most one of the three nearest to the quotient has these bits.
    private static short? Integer(float value, double scale, TensorType type)
    {
        double nearest = Math.Round(value / scale);
        if (!(nearest >= type.Lo - 1 && nearest <= type.Hi + 1))
        {
            return null;
        }

        for (int q = (int)nearest - 1; q <= (int)nearest + 1; q++)
        {
            if (q >= type.Lo && q <= type.Hi && BitConverter.SingleToInt32Bits((float)(q * scale)) == BitConverter.SingleToInt32Bits(value))
            {
                return (short)q;
            }
        }

        return null;
    }

    private static bool IsItems(TensorValue tensor, int items, TensorType type)
    {
        ImmutableArray<int> expected = [items, .. type.Shape];
        return tensor.Shape.AsSpan().SequenceEqual(expected.AsSpan());
    }
}
