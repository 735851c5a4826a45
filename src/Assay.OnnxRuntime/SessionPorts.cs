using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace Assay.OnnxRuntime;

/// <summary>Reads what goes into a session and comes out of it, and refuses what requests and receipts can't carry.</summary>
internal static unsafe class SessionPorts
{
    private const int MaxCount = 1024;
    private const int MaxNameBytes = 256;
    private const int MaxRank = 8;

    /// <exception cref="OnnxRuntimeException"><c>float/port</c>, or <c>float/load</c> where ONNX Runtime refuses to say.</exception>
    public static ImmutableArray<SessionPort> Read(OrtApi api, nint session, bool isInput)
    {
        string what = isInput ? "input" : "output";
        nuint count;
        api.Check(isInput ? api.SessionGetInputCount(session, &count) : api.SessionGetOutputCount(session, &count), FloatErrors.Load);
        if (count is < 1 or > MaxCount)
        {
            throw Unfit($"the model has {count} {what}s; 1 to {MaxCount} can be served");
        }

        nint allocator;
        api.Check(api.GetAllocatorWithDefaultOptions(&allocator), FloatErrors.Load);
        ImmutableArray<SessionPort>.Builder ports = ImmutableArray.CreateBuilder<SessionPort>((int)count);
        for (nuint i = 0; i < count; i++)
        {
            nint text;
            api.Check(isInput ? api.SessionGetInputName(session, i, allocator, &text) : api.SessionGetOutputName(session, i, allocator, &text), FloatErrors.Load);
            string name = Marshal.PtrToStringUTF8(text) ?? "";
            api.Check(api.AllocatorFree(allocator, text), FloatErrors.Load);
            nint value;
            api.Check(isInput ? api.SessionGetInputTypeInfo(session, i, &value) : api.SessionGetOutputTypeInfo(session, i, &value), FloatErrors.Load);
            using OrtHandle info = new(value, api.ReleaseTypeInfo);
            ports.Add(ReadPort(api, name, info.Value, what));
        }

        return ports.MoveToImmutable();
    }

    /// <summary>Element type and dimensions of a tensor's type, or of a value's.</summary>
    public static (int Type, long[] Dims) ReadShape(OrtApi api, nint info)
    {
        int type;
        nuint rank;
        api.Check(api.GetTensorElementType(info, &type));
        api.Check(api.GetDimensionsCount(info, &rank));
        long[] dims = new long[checked((int)rank)];
        fixed (long* extents = dims)
        {
            if (dims.Length > 0)
            {
                api.Check(api.GetDimensions(info, extents, rank));
            }
        }

        return (type, dims);
    }

    private static SessionPort ReadPort(OrtApi api, string name, nint info, string what)
    {
        string shown = PrintableText.Of(name);
        nint tensor;
        api.Check(api.CastTypeInfoToTensorInfo(info, &tensor), FloatErrors.Load);
        if (tensor == 0)
        {
            throw Unfit($"{what} '{shown}' isn't a tensor");
        }

        (int type, long[] dims) = ReadShape(api, tensor);
        return type is not ((int)ElementType.Float32 or (int)ElementType.Int64) ? throw Unfit($"{what} '{shown}' has elements of ONNX type {type}; float32 (1) and int64 (7) can be served")
            : Encoding.UTF8.GetByteCount(name) is 0 or > MaxNameBytes || name.Contains('\uFFFD', StringComparison.Ordinal) ? throw Unfit($"the name of {what} '{shown}' isn't 1 to {MaxNameBytes} bytes of UTF-8")
            : dims.Length > MaxRank || dims.Any(static dim => dim is 0 or > int.MaxValue) ? throw Unfit($"{what} '{shown}' has a shape that can't be served: at most {MaxRank} dimensions, none of them 0")
            : new SessionPort(name, (ElementType)type, [.. dims.Select(static dim => dim < 0 ? -1 : (int)dim)]);
    }

    private static OnnxRuntimeException Unfit(string message) => new(FloatErrors.Port, message);
}
