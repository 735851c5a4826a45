using System.Buffers.Binary;
using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Programs;

/// <summary>Writes the parts of a program, which keep the rules already.</summary>
internal sealed class ProgramWriter
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

    private void WriteOperation(Operation operation)
    {
        switch (operation)
        {
            case LinearOperation op:
                Start(7, OperationCodes.Linear, op.X);
                WriteLayer(op.Weights, op.Bias, op.Shifts);
                _cbor.WriteBool(op.TwoLimbs);
                break;
            case ConvOperation op:
                Start(11, OperationCodes.Conv, op.X);
                WriteLayer(op.Weights, op.Bias, op.Shifts);
                WriteInts([op.StrideY, op.StrideX]);
                WriteInts([op.DilationY, op.DilationX]);
                WritePads(op.Pads);
                _cbor.WriteInt(op.Groups);
                _cbor.WriteBool(op.TwoLimbs);
                break;
            case LookupOperation op:
                Start(4, OperationCodes.Lookup, op.X);
                _cbor.WriteInt(op.Table);
                break;
            case RescaleOperation op:
                Start(5, OperationCodes.Rescale, op.X);
                _cbor.WriteInt(op.Multiplier);
                _cbor.WriteInt(op.Shift);
                break;
            case AddOperation op:
                Start(7, OperationCodes.Add, op.A);
                _cbor.WriteInt(op.B);
                _cbor.WriteInt(op.MultiplierA);
                _cbor.WriteInt(op.MultiplierB);
                _cbor.WriteInt(op.Shift);
                break;
            case MaxPoolOperation op:
                Start(6, OperationCodes.MaxPool, op.X);
                WriteInts([op.KernelY, op.KernelX]);
                WriteInts([op.StrideY, op.StrideX]);
                WritePads(op.Pads);
                break;
            case AveragePoolOperation op:
                Start(9, OperationCodes.AveragePool, op.X);
                WriteInts([op.KernelY, op.KernelX]);
                WriteInts([op.StrideY, op.StrideX]);
                WritePads(op.Pads);
                _cbor.WriteBool(op.CountPadding);
                WriteInt16s(op.Multipliers);
                _cbor.WriteInt(op.Shift);
                break;
            case SoftmaxOperation op:
                Start(6, OperationCodes.Softmax, op.X);
                _cbor.WriteInt(op.Table);
                _cbor.WriteInt(op.ReciprocalBits);
                _cbor.WriteInt(op.Shift);
                break;
            case ReshapeOperation op:
                Start(3, OperationCodes.Reshape, op.X);
                break;
            default:
                throw new ArgumentException("No such operation.", nameof(operation));
        }

        WriteType(operation.Result);
    }

    private void Start(int elements, int code, int x)
    {
        _cbor.WriteArrayHeader(elements);
        _cbor.WriteInt(code);
        _cbor.WriteInt(x);
    }

    private void WriteLayer(int weights, int bias, ImmutableArray<byte> shifts)
    {
        _cbor.WriteInt(weights);
        _cbor.WriteInt(bias);
        _cbor.WriteBytes(shifts.AsSpan());
    }

    private void WritePads(Pads pads) => WriteInts([pads.Top, pads.Left, pads.Bottom, pads.Right]);

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
