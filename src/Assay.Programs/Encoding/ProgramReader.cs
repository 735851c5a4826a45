using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Programs;

/// <summary>
/// Reads the layout; what the parts may be is the business of <see cref="ExactProgram.Create"/>. The CBOR reader's
/// errors are sticky and its counts bounded, so reading goes straight on and asks once.
/// </summary>
internal ref partial struct ProgramReader(ReadOnlySpan<byte> bytes)
{
    private CborReader _cbor = new(bytes);

    public ExactProgram? Read(out ProgramError? error)
    {
        _cbor.ReadArrayHeader(6);
        if (!_cbor.ReadTextUtf8().SequenceEqual(System.Text.Encoding.UTF8.GetBytes(DomainTags.Program)))
        {
            _cbor.Fail(ProgramErrorCodes.Profile);
        }

        ImmutableArray<ProgramInput> inputs = ReadInputs();
        ImmutableArray<WeightTensor> weights = ReadWeightTensors();
        ImmutableArray<LookupTable> tables = ReadTables();
        ImmutableArray<Operation> operations = ReadOperations();
        ImmutableArray<ProgramOutput> outputs = ReadOutputs();
        _cbor.End();
        if (_cbor.Error is not null)
        {
            error = new(_cbor.Error, $"at byte {_cbor.Position}");
            return null;
        }

        return ExactProgram.Create(inputs, weights, tables, operations, outputs, out error);
    }

    private ImmutableArray<ProgramInput> ReadInputs()
    {
        ImmutableArray<ProgramInput>.Builder inputs = Start<ProgramInput>(ProgramLimits.Inputs, out int count);
        while (count-- > 0 && _cbor.Error is null)
        {
            _cbor.ReadArrayHeader(6);
            string name = _cbor.ReadText();
            TensorType type = ReadType();
            int? axis = null;
            if (_cbor.Peek() == CborKind.Null)
            {
                _cbor.ReadNull();
            }
            else
            {
                axis = ReadInt32();
            }

            inputs.Add(new(name, type, axis, ReadDoubles(), ReadDoubles(), (OutOfRange)ReadInt32()));
        }

        return inputs.ToImmutable();
    }

    private ImmutableArray<WeightTensor> ReadWeightTensors()
    {
        ImmutableArray<WeightTensor>.Builder tensors = Start<WeightTensor>(ProgramLimits.WeightTensors, out int count);
        while (count-- > 0 && _cbor.Error is null)
        {
            _cbor.ReadArrayHeader(2);
            tensors.Add(new((WeightType)ReadInt32(), ReadShape()));
        }

        return tensors.ToImmutable();
    }

    private ImmutableArray<LookupTable> ReadTables()
    {
        ImmutableArray<LookupTable>.Builder tables = Start<LookupTable>(ProgramLimits.Tables, out int count);
        while (count-- > 0 && _cbor.Error is null)
        {
            tables.Add(new(ReadInt16s()));
        }

        return tables.ToImmutable();
    }

    private ImmutableArray<Operation> ReadOperations()
    {
        ImmutableArray<Operation>.Builder operations = Start<Operation>(ProgramLimits.Operations, out int count);
        while (count-- > 0 && _cbor.Error is null)
        {
            if (ReadOperation() is { } operation)
            {
                operations.Add(operation);
            }
        }

        return operations.ToImmutable();
    }

    private ImmutableArray<ProgramOutput> ReadOutputs()
    {
        ImmutableArray<ProgramOutput>.Builder outputs = Start<ProgramOutput>(ProgramLimits.Outputs, out int count);
        while (count-- > 0 && _cbor.Error is null)
        {
            _cbor.ReadArrayHeader(3);
            outputs.Add(new(_cbor.ReadText(), ReadInt32(), ReadDouble()));
        }

        return outputs.ToImmutable();
    }

    private TensorType ReadType()
    {
        _cbor.ReadArrayHeader(3);
        return new(ReadShape(), ReadInt16(), ReadInt16());
    }

    private ImmutableArray<int> ReadShape() => ReadInts(ProgramLimits.Rank, ProgramErrorCodes.Shape);

    private ImmutableArray<int> ReadPerAxis() => ReadInts(ProgramLimits.Rank, ProgramErrorCodes.Parameter);

    private ImmutableArray<int> ReadInts(int limit, string code)
    {
        ImmutableArray<int>.Builder values = Start<int>(limit, out int count, code);
        while (count-- > 0 && _cbor.Error is null)
        {
            values.Add(ReadInt32());
        }

        return values.ToImmutable();
    }

    /// <summary>An array's header; a count beyond the limit is an error before anything is allocated for it.</summary>
    private ImmutableArray<T>.Builder Start<T>(int limit, out int count, string code = ProgramErrorCodes.Limit)
    {
        count = _cbor.ReadArrayHeader();
        if (count > limit)
        {
            _cbor.Fail(code);
            count = 0;
        }

        return ImmutableArray.CreateBuilder<T>(count);
    }

    private int ReadInt32() => (int)ReadWithin(int.MinValue, int.MaxValue);

    private short ReadInt16() => (short)ReadWithin(short.MinValue, short.MaxValue);

    private byte ReadByte() => (byte)ReadWithin(byte.MinValue, byte.MaxValue);

    private long ReadWithin(long lo, long hi)
    {
        long value = _cbor.ReadInt();
        if (value < lo || value > hi)
        {
            _cbor.Fail(CborErrors.Range);
            return 0;
        }

        return value;
    }

    private ImmutableArray<byte> ReadByteArray() => [.. _cbor.ReadBytes()];

    private ImmutableArray<short> ReadInt16s()
    {
        ReadOnlySpan<byte> elements = ReadElements(sizeof(short));
        short[] values = new short[elements.Length / sizeof(short)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt16LittleEndian(elements[(i * sizeof(short))..]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(values);
    }

    /// <summary>Places of 32 bits without sign; those beyond int32 come out negative, which no axis has.</summary>
    private ImmutableArray<int> ReadPlaces()
    {
        ReadOnlySpan<byte> elements = ReadElements(sizeof(int));
        int[] values = new int[elements.Length / sizeof(int)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt32LittleEndian(elements[(i * sizeof(int))..]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(values);
    }

    private ImmutableArray<double> ReadDoubles()
    {
        ReadOnlySpan<byte> elements = ReadElements(sizeof(double));
        double[] values = new double[elements.Length / sizeof(double)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(elements[(i * sizeof(double))..]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(values);
    }

    private double ReadDouble()
    {
        ReadOnlySpan<byte> element = _cbor.ReadBytes(sizeof(double));
        return element.IsEmpty ? 0 : BinaryPrimitives.ReadDoubleLittleEndian(element);
    }

    private ReadOnlySpan<byte> ReadElements(int size)
    {
        ReadOnlySpan<byte> elements = _cbor.ReadBytes();
        if (elements.Length % size != 0)
        {
            _cbor.Fail(CborErrors.Length);
            return default;
        }

        return elements;
    }
}
