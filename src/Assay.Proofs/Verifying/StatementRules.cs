using System.Buffers.Binary;
using Assay.Programs;
using Assay.Proofs.Circuits;

namespace Assay.Proofs.Verifying;

/// <summary>What a statement must be for a circuit, and its bytes (spec/proof-system.md, section 7, step 0).</summary>
internal static class StatementRules
{
    public static ProofError? Check(Circuit circuit, ProofStatement statement) =>
        statement.Batch != circuit.Batch ? new("zk/statement", $"The statement is about {statement.Batch} runs, not {circuit.Batch}.")
        : statement.Batch > 1 ? null
        : Check(circuit.Program, statement.Inputs.Span, statement.Outputs.Span);

    /// <summary>Lengths and ranges of one run.</summary>
    public static ProofError? Check(ExactProgram program, ReadOnlySpan<short> inputs, ReadOnlySpan<short> outputs) =>
        Check("inputs", [.. program.Inputs.Select(input => input.Type)], inputs)
        ?? Check("outputs", [.. program.Outputs.Select(output => program.TypeOf(output.Value))], outputs);

    /// <summary>What is absorbed.</summary>
    public static byte[] Bytes(ProofStatement statement)
    {
        if (statement.Batch > 1)
        {
            return statement.Digest.ToArray();
        }

        byte[] bytes = new byte[sizeof(short) * (statement.Inputs.Length + statement.Outputs.Length)];
        Write(statement.Inputs.Span, bytes);
        Write(statement.Outputs.Span, bytes.AsSpan(sizeof(short) * statement.Inputs.Length));
        return bytes;
    }

    /// <summary>Elements as int16, little-endian.</summary>
    public static void Write(ReadOnlySpan<short> elements, Span<byte> bytes)
    {
        for (int i = 0; i < elements.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes[(sizeof(short) * i)..], elements[i]);
        }
    }

    private static ProofError? Check(string what, TensorType[] types, ReadOnlySpan<short> elements)
    {
        int at = 0;
        foreach (TensorType type in types)
        {
            if (elements.Length - at < type.Count)
            {
                return new("zk/statement", $"Too few {what}.");
            }

            foreach (short element in elements.Slice(at, type.Count))
            {
                if (element < type.Lo || element > type.Hi)
                {
                    return new("zk/statement", $"{element} in the {what} is out of the range {type.Lo}..{type.Hi}.");
                }
            }

            at += type.Count;
        }

        return at == elements.Length ? null : new("zk/statement", $"Too many {what}.");
    }
}
