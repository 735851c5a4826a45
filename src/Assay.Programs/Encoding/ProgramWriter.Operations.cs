using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>Operations: code, fields in the order of the constructors' arguments, type.</summary>
internal sealed partial class ProgramWriter
{
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
                Start(4, OperationCodes.Lookup, op.X, op.Table);
                break;
            case RescaleOperation op:
                Start(5, OperationCodes.Rescale, op.X, op.Multiplier, op.Shift);
                break;
            case AddOperation op:
                Start(7, OperationCodes.Add, op.A, op.B, op.MultiplierA, op.MultiplierB, op.Shift);
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
                Start(6, OperationCodes.Softmax, op.X, op.Table, op.ReciprocalBits, op.Shift);
                break;
            case ReshapeOperation op:
                Start(3, OperationCodes.Reshape, op.X);
                break;
            case MulOperation op:
                Start(5, OperationCodes.Mul, op.A, op.B, op.Shift);
                break;
            case MatMulOperation op:
                Start(5, OperationCodes.MatMul, op.A, op.B, op.Shift);
                break;
            case AffineOperation op:
                Start(7, OperationCodes.Affine, op.X, op.Axis);
                WriteLayer(op.Weights, op.Bias, op.Shifts);
                break;
            case ReduceSumOperation op:
                Start(6, OperationCodes.ReduceSum, op.X, op.Axis, op.Multiplier, op.Shift);
                break;
            case ReduceMaxOperation op:
                Start(4, OperationCodes.ReduceMax, op.X, op.Axis);
                break;
            case MaxOperation op:
                Start(4, OperationCodes.Max, op.A, op.B);
                break;
            case MinOperation op:
                Start(4, OperationCodes.Min, op.A, op.B);
                break;
            case DivideOperation op:
                Start(5, OperationCodes.Divide, op.A, op.B, op.Bits);
                break;
            case NormalizeOperation op:
                Start(7, OperationCodes.Normalize, op.X);
                _cbor.WriteBool(op.Center);
                _cbor.WriteInt(op.Epsilon);
                _cbor.WriteInt(op.RootBits);
                _cbor.WriteInt(op.Shift);
                break;
            case RootSumOperation op:
                Start(6, OperationCodes.RootSum, op.X, op.Axis, op.Bits, op.Shift);
                break;
            case SelectOperation op:
                Start(5, OperationCodes.Select, op.Condition, op.A, op.B);
                break;
            case TopKOperation op:
                Start(6, OperationCodes.TopK, op.X, op.K);
                _cbor.WriteBool(op.Largest);
                _cbor.WriteBool(op.Indices);
                break;
            case TransposeOperation op:
                Start(4, OperationCodes.Transpose, op.X);
                WriteInts(op.Permutation);
                break;
            case SliceOperation op:
                Start(5, OperationCodes.Slice, op.X);
                WriteInts(op.Starts);
                WriteInts(op.Steps);
                break;
            case GatherOperation op:
                Start(5, OperationCodes.Gather, op.X, op.Axis);
                _cbor.WriteBytes(LittleEndian(op.Indices));
                break;
            case ConcatOperation op:
                Start(4, OperationCodes.Concat);
                WriteInts(op.Operands);
                _cbor.WriteInt(op.Axis);
                break;
            case PadOperation op:
                Start(6, OperationCodes.Pad, op.X);
                WriteInts(op.Before);
                WriteInts(op.After);
                _cbor.WriteInt(op.Value);
                break;
            case EmbeddingOperation op:
                Start(4, OperationCodes.Embedding, op.X, op.Weights);
                break;
            case ConstantOperation op:
                Start(3, OperationCodes.Constant, op.Weights);
                break;
            default:
                throw new ArgumentException("No such operation.", nameof(operation));
        }

        WriteType(operation.Result);
    }

    /// <summary>The head of an operation, its code and the integers that come next.</summary>
    /// <param name="elements">All of its elements, code and type among them.</param>
    private void Start(int elements, int code, params ReadOnlySpan<int> integers)
    {
        _cbor.WriteArrayHeader(elements);
        _cbor.WriteInt(code);
        foreach (int integer in integers)
        {
            _cbor.WriteInt(integer);
        }
    }

    private void WriteLayer(int weights, int bias, ImmutableArray<byte> shifts)
    {
        _cbor.WriteInt(weights);
        _cbor.WriteInt(bias);
        _cbor.WriteBytes(shifts.AsSpan());
    }

    private void WritePads(Pads pads) => WriteInts([pads.Top, pads.Left, pads.Bottom, pads.Right]);

    private static byte[] LittleEndian(ImmutableArray<int> values)
    {
        byte[] bytes = new byte[sizeof(int) * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int) * i), values[i]);
        }

        return bytes;
    }
}
