using System.Buffers.Binary;
using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Programs;

/// <summary>Writes the parts of a program, which keep the rules already.</summary>
internal sealed partial class ProgramWriter
{
    private readonly CborWriter _cbor = new();

    public byte[] Write(
        ImmutableArray<ProgramInput> inputs,
        ImmutableArray<WeightTensor> weights,
        ImmutableArray<LookupTable> tables,
        ImmutableArray<Operation> operations,
        ImmutableArray<ProgramOutput> outputs)
    {
        _cbor.WriteArrayHeader(6);
        _cbor.WriteText(DomainTags.Program);
        WriteEach(inputs, WriteInput);
        WriteEach(weights, WriteWeightTensor);
        WriteEach(tables, table => WriteInt16s(table.Values));
        WriteEach(operations, WriteOperation);
        WriteEach(outputs, WriteOutput);
        return _cbor.ToArray();
    }

    private void WriteEach<T>(ImmutableArray<T> items, Action<T> write)
    {
        _cbor.WriteArrayHeader(items.Length);
        foreach (T item in items)
        {
            write(item);
        }
    }

    private void WriteInput(ProgramInput input)
    {
        _cbor.WriteArrayHeader(6);
        _cbor.WriteText(input.Name);
        WriteType(input.Type);
        if (input.ChannelAxis is int axis)
        {
            _cbor.WriteInt(axis);
        }
        else
        {
            _cbor.WriteNull();
        }

        WriteDoubles(input.Offsets);
        WriteDoubles(input.Multipliers);
        _cbor.WriteInt((int)input.Rule);
    }

    private void WriteWeightTensor(WeightTensor tensor)
    {
        _cbor.WriteArrayHeader(2);
        _cbor.WriteInt((int)tensor.Type);
        WriteInts(tensor.Shape);
    }

    private void WriteOutput(ProgramOutput output)
    {
        _cbor.WriteArrayHeader(3);
        _cbor.WriteText(output.Name);
        _cbor.WriteInt(output.Value);
        WriteDoubles([output.Scale]);
    }

    private void WriteType(TensorType type)
    {
        _cbor.WriteArrayHeader(3);
        WriteInts(type.Shape);
        _cbor.WriteInt(type.Lo);
        _cbor.WriteInt(type.Hi);
    }

    private void WriteInts(ImmutableArray<int> values)
    {
        _cbor.WriteArrayHeader(values.Length);
        foreach (int value in values)
        {
            _cbor.WriteInt(value);
        }
    }

    private void WriteInt16s(ImmutableArray<short> values)
    {
        byte[] bytes = new byte[2 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), values[i]);
        }

        _cbor.WriteBytes(bytes);
    }

    private void WriteDoubles(ImmutableArray<double> values)
    {
        byte[] bytes = new byte[8 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), values[i]);
        }

        _cbor.WriteBytes(bytes);
    }
}
