using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>A named FP32 tensor as receipts hold it: little-endian, row-major bytes (spec/receipt.md, "Tensors"). Of an output also a text.</summary>
public sealed class TensorValue
{
    /// <summary>The datatype of inputs.</summary>
    public const string Float = "FP32";

    /// <summary>The datatype of an output part that is text: no dims, UTF-8 (spec/chat.md, "Answer").</summary>
    public const string Text = "TEXT";

    /// <summary>Most bytes of a name.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Most dims.</summary>
    public const int MaxRank = 8;

    /// <summary>Most tensors in a request, and parts in an output.</summary>
    public const int MaxCount = 1024;

    // Name, datatype, shape, data.
    internal const int Members = 4;

    private TensorValue(string name, string datatype, ImmutableArray<int> shape, ReadOnlyMemory<byte> data)
    {
        Name = name;
        Datatype = datatype;
        Shape = shape;
        Data = data;
    }

    /// <summary>The tensor's name, 1 to 256 bytes of UTF-8.</summary>
    public string Name { get; }

    /// <summary><see cref="Float"/> or <see cref="Text"/>.</summary>
    public string Datatype { get; }

    /// <summary>0 to 8 dims, each at least 1.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Four bytes for each element: IEEE binary32, little-endian, row-major. Of a text its UTF-8.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Number of elements; of a text 1.</summary>
    public int Count => Datatype == Text ? 1 : Data.Length / sizeof(float);

    /// <summary>Makes a tensor; keeps <paramref name="data"/>.</summary>
    /// <exception cref="ArgumentException">Name, shape and data don't fit the rules.</exception>
    public static TensorValue Create(string name, ImmutableArray<int> shape, ReadOnlyMemory<byte> data)
    {
        ArgumentNullException.ThrowIfNull(name);
        int nameLength = Encoding.UTF8.GetByteCount(name);
        if (nameLength is 0 or > MaxNameLength || !IsElementCount(shape.AsSpan(), data.Length))
        {
            throw new ArgumentException("The tensor's name, shape and data must fit spec/receipt.md.", nameof(data));
        }

        return new TensorValue(name, Float, shape, data);
    }

    /// <summary>Makes an output part that is text.</summary>
    /// <exception cref="ArgumentException">The name is empty or longer than <see cref="MaxNameLength"/>.</exception>
    public static TensorValue OfText(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(text);
        return Encoding.UTF8.GetByteCount(name) is 0 or > MaxNameLength
            ? throw new ArgumentException("A part's name has 1 to 256 bytes.", nameof(name))
            : new TensorValue(name, Text, [], Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Whether name, datatype, shape and every byte are the same.</summary>
    public bool SameAs(TensorValue other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Name == other.Name && Datatype == other.Datatype && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan()) && Data.Span.SequenceEqual(other.Data.Span);
    }

    /// <summary>Whether both lists hold the same tensors in the same order.</summary>
    public static bool AllSame(IReadOnlyList<TensorValue> left, IReadOnlyList<TensorValue> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Count != right.Count)
        {
            return false;
        }

        for (int i = 0; i < left.Count; i++)
        {
            if (!left[i].SameAs(right[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether data of that many bytes has this shape: four bytes for each element.</summary>
    public static bool IsElementCount(ReadOnlySpan<int> shape, long dataLength)
    {
        if (shape.Length > MaxRank)
        {
            return false;
        }

        long count = 1;
        foreach (int dim in shape)
        {
            // Every factor is at least 1, so passing the data's length once means never to come back to it.
            if (dim < 1 || count > dataLength / dim)
            {
                return false;
            }

            count *= dim;
        }

        return dataLength % sizeof(float) == 0 && count == dataLength / sizeof(float);
    }

    /// <summary>Writes an array of tensors, as a claim's value has it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="MaxCount"/>.</exception>
    internal static void WriteAll(CborWriter writer, IReadOnlyList<TensorValue> tensors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tensors.Count, MaxCount, nameof(tensors));
        writer.WriteArrayHeader(tensors.Count);
        foreach (TensorValue tensor in tensors)
        {
            writer.WriteArrayHeader(Members);
            tensor.WriteFields(writer);
        }
    }

    /// <summary>Writes the four elements that a tensor has in a claim leaf and in an output part: name, datatype, dims, data.</summary>
    internal void WriteFields(CborWriter writer)
    {
        writer.WriteText(Name);
        writer.WriteText(Datatype);
        writer.WriteArrayHeader(Shape.Length);
        foreach (int dim in Shape)
        {
            writer.WriteUInt((ulong)dim);
        }

        writer.WriteBytes(Data.Span);
    }

    /// <summary>Reads an array of tensors as views of the memory that the reader was made over.</summary>
    internal static List<TensorValue> ReadAll(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        List<TensorValue> tensors = [];
        int count = reader.ReadArrayHeader();
        if (count > MaxCount)
        {
            reader.Fail(ReceiptErrors.TensorCount);
        }

        for (int i = 0; i < count && reader.Error is null; i++)
        {
            if (reader.ReadArrayHeader() != Members)
            {
                reader.Fail(ReceiptErrors.TensorLayout);
            }

            if (ReadFields(ref reader, source) is { } tensor)
            {
                tensors.Add(tensor);
            }
        }

        return tensors;
    }

    /// <summary>Reads the four elements as views of the memory that the reader was made over. Null after an error, which the reader keeps.</summary>
    /// <param name="reader">Stands before the name.</param>
    /// <param name="source">What it was made over.</param>
    /// <param name="mayBeText">Whether a text is as good.</param>
    internal static TensorValue? ReadFields(ref CborReader reader, ReadOnlyMemory<byte> source, bool mayBeText = false)
    {
        ReadOnlySpan<byte> name = reader.ReadTextUtf8();
        if (name.Length is 0 or > MaxNameLength)
        {
            reader.Fail(ReceiptErrors.TensorName);
        }

        ReadOnlySpan<byte> datatype = reader.ReadTextUtf8();
        bool isText = mayBeText && datatype.SequenceEqual("TEXT"u8);
        if (!isText && !datatype.SequenceEqual("FP32"u8))
        {
            reader.Fail(ReceiptErrors.TensorLayout);
        }

        int rank = reader.ReadArrayHeader();
        if (rank > MaxRank)
        {
            reader.Fail(ReceiptErrors.TensorShape);
        }

        Span<int> shape = stackalloc int[MaxRank];
        for (int i = 0; i < rank && reader.Error is null; i++)
        {
            ulong dim = reader.ReadUInt();
            if (dim is < 1 or > int.MaxValue)
            {
                reader.Fail(ReceiptErrors.TensorShape);
            }

            shape[i] = (int)dim;
        }

        ReadOnlyMemory<byte> data = reader.ReadBytesOf(source);
        if (reader.Error is not null)
        {
            return null;
        }

        if (isText ? rank != 0 || !Utf8.IsValid(data.Span) : !IsElementCount(shape[..rank], data.Length))
        {
            reader.Fail(ReceiptErrors.TensorLength);
            return null;
        }

        return new TensorValue(Encoding.UTF8.GetString(name), isText ? Text : Float, [.. shape[..rank]], data);
    }
}
