using System.Collections.Immutable;
using Assay.Primitives.Cbor;

namespace Assay.Programs;

/// <summary>Operations: what stands in each is the business of <see cref="OperationRules"/>.</summary>
internal ref partial struct ProgramReader
{
    /// <summary>One operation, or null with an error. Elements are read in the order of the constructors' arguments.</summary>
    private Operation? ReadOperation()
    {
        int elements = _cbor.ReadArrayHeader();
        int code = ReadInt32();
        Operation? operation = code switch
        {
            OperationCodes.Linear when elements == 7 =>
                new LinearOperation(ReadInt32(), ReadInt32(), ReadInt32(), ReadByteArray(), _cbor.ReadBool(), ReadType()),
            OperationCodes.Conv when elements == 11 => ReadConv(),
            OperationCodes.Lookup when elements == 4 => new LookupOperation(ReadInt32(), ReadInt32(), ReadType()),
            OperationCodes.Rescale when elements == 5 => new RescaleOperation(ReadInt32(), ReadInt16(), ReadByte(), ReadType()),
            OperationCodes.Add when elements == 7 =>
                new AddOperation(ReadInt32(), ReadInt32(), ReadInt16(), ReadInt16(), ReadByte(), ReadType()),
            OperationCodes.MaxPool when elements == 6 => ReadMaxPool(),
            OperationCodes.AveragePool when elements == 9 => ReadAveragePool(),
            OperationCodes.Softmax when elements == 6 =>
                new SoftmaxOperation(ReadInt32(), ReadInt32(), ReadByte(), ReadByte(), ReadType()),
            OperationCodes.Reshape when elements == 3 => new ReshapeOperation(ReadInt32(), ReadType()),
            OperationCodes.Mul when elements == 5 => new MulOperation(ReadInt32(), ReadInt32(), ReadByte(), ReadType()),
            OperationCodes.MatMul when elements == 5 => new MatMulOperation(ReadInt32(), ReadInt32(), ReadByte(), ReadType()),
            OperationCodes.Affine when elements == 7 =>
                new AffineOperation(ReadInt32(), ReadInt32(), ReadInt32(), ReadInt32(), ReadByteArray(), ReadType()),
            OperationCodes.ReduceSum when elements == 6 =>
                new ReduceSumOperation(ReadInt32(), ReadInt32(), ReadInt16(), ReadByte(), ReadType()),
            OperationCodes.ReduceMax when elements == 4 => new ReduceMaxOperation(ReadInt32(), ReadInt32(), ReadType()),
            OperationCodes.Max when elements == 4 => new MaxOperation(ReadInt32(), ReadInt32(), ReadType()),
            OperationCodes.Min when elements == 4 => new MinOperation(ReadInt32(), ReadInt32(), ReadType()),
            OperationCodes.Divide when elements == 5 => new DivideOperation(ReadInt32(), ReadInt32(), ReadByte(), ReadType()),
            OperationCodes.Normalize when elements == 7 =>
                new NormalizeOperation(ReadInt32(), _cbor.ReadBool(), _cbor.ReadInt(), ReadByte(), ReadByte(), ReadType()),
            OperationCodes.RootSum when elements == 6 =>
                new RootSumOperation(ReadInt32(), ReadInt32(), ReadByte(), ReadByte(), ReadType()),
            OperationCodes.Select when elements == 5 => new SelectOperation(ReadInt32(), ReadInt32(), ReadInt32(), ReadType()),
            OperationCodes.TopK when elements == 6 =>
                new TopKOperation(ReadInt32(), ReadInt32(), _cbor.ReadBool(), _cbor.ReadBool(), ReadType()),
            OperationCodes.Transpose when elements == 4 => new TransposeOperation(ReadInt32(), ReadPerAxis(), ReadType()),
            OperationCodes.Slice when elements == 5 =>
                new SliceOperation(ReadInt32(), ReadPerAxis(), ReadPerAxis(), ReadType()),
            OperationCodes.Gather when elements == 5 => new GatherOperation(ReadInt32(), ReadInt32(), ReadPlaces(), ReadType()),
            OperationCodes.Concat when elements == 4 => new ConcatOperation(
                ReadInts(ProgramLimits.ConcatOperands, ProgramErrorCodes.Parameter), ReadInt32(), ReadType()),
            OperationCodes.Pad when elements == 6 =>
                new PadOperation(ReadInt32(), ReadPerAxis(), ReadPerAxis(), ReadInt16(), ReadType()),
            OperationCodes.Embedding when elements == 4 => new EmbeddingOperation(ReadInt32(), ReadInt32(), ReadType()),
            OperationCodes.Constant when elements == 3 => new ConstantOperation(ReadInt32(), ReadType()),
            _ => null,
        };
        if (operation is null)
        {
            _cbor.Fail(code is >= OperationCodes.First and <= OperationCodes.Last ? CborErrors.Length : ProgramErrorCodes.Unknown);
        }

        return operation;
    }

    private ConvOperation ReadConv()
    {
        int x = ReadInt32();
        int weights = ReadInt32();
        int bias = ReadInt32();
        ImmutableArray<byte> shifts = ReadByteArray();
        (int strideY, int strideX) = ReadPair();
        (int dilationY, int dilationX) = ReadPair();
        return new(
            x, weights, bias, shifts, strideY, strideX, dilationY, dilationX, ReadPads(), ReadInt32(), _cbor.ReadBool(), ReadType());
    }

    private MaxPoolOperation ReadMaxPool()
    {
        int x = ReadInt32();
        (int kernelY, int kernelX) = ReadPair();
        (int strideY, int strideX) = ReadPair();
        return new(x, kernelY, kernelX, strideY, strideX, ReadPads(), ReadType());
    }

    private AveragePoolOperation ReadAveragePool()
    {
        int x = ReadInt32();
        (int kernelY, int kernelX) = ReadPair();
        (int strideY, int strideX) = ReadPair();
        return new(
            x, kernelY, kernelX, strideY, strideX, ReadPads(), _cbor.ReadBool(), ReadInt16s(), ReadByte(), ReadType());
    }

    private (int Y, int X) ReadPair()
    {
        _cbor.ReadArrayHeader(2);
        return (ReadInt32(), ReadInt32());
    }

    private Pads ReadPads()
    {
        _cbor.ReadArrayHeader(4);
        return new(ReadInt32(), ReadInt32(), ReadInt32(), ReadInt32());
    }
}
