using System.Runtime.InteropServices;
using Assay.OnnxRuntime;

namespace Assay.Bench.OnnxRuntime;

/// <summary>
/// A float session of ONNX Runtime, as fast as a caller can have it: all graph optimisations, and the tensors made
/// once per batch size over memory of our own, so that a run costs two copies and the run itself.
/// </summary>
/// <remarks>
/// For models with one float input and one float output whose first dimension is the batch and whose others are
/// fixed. One intra-op thread: a run works on the caller's thread. Not thread-safe.
/// </remarks>
public sealed unsafe class OnnxRuntimePeer : IDisposable
{
    private const int LogErrors = 3;
    private const int DeviceAllocator = 0;
    private const int DefaultMemory = 0;
    private const int ElementFloat = 1;

    /// <summary>A cache line, and the width of the widest vector.</summary>
    private const nuint Alignment = 64;

    private readonly OrtApi api;
    private readonly long[] inputShape;
    private readonly long[] outputShape;
    private nint environment;
    private nint session;
    private nint allocator;
    private nint memory;
    private nint inputName;
    private nint outputName;
    private nint inputTensor;
    private nint outputTensor;
    private float* inputData;
    private float* outputData;
    private int currentBatch;

    /// <param name="libraryPath">The native library, for example what <see cref="OnnxRuntimeLibrary.Find"/> found.</param>
    /// <param name="model">An ONNX file's bytes; not kept.</param>
    /// <exception cref="OnnxRuntimeException">The library can't be loaded, or the model is refused.</exception>
    /// <exception cref="NotSupportedException">The model's inputs and outputs aren't as the remarks say.</exception>
    public OnnxRuntimePeer(string libraryPath, ReadOnlySpan<byte> model)
    {
        ArgumentNullException.ThrowIfNull(libraryPath);
        api = new OrtApi(libraryPath);
        try
        {
            CreateSession(model);
            inputShape = ReadShape(api.SessionGetInputCount, api.SessionGetInputTypeInfo, "input");
            outputShape = ReadShape(api.SessionGetOutputCount, api.SessionGetOutputTypeInfo, "output");
            nint name;
            api.Check(api.GetAllocatorWithDefaultOptions(&name));
            allocator = name;
            api.Check(api.SessionGetInputName(session, 0, allocator, &name));
            inputName = name;
            api.Check(api.SessionGetOutputName(session, 0, allocator, &name));
            outputName = name;
            api.Check(api.CreateCpuMemoryInfo(DeviceAllocator, DefaultMemory, &name));
            memory = name;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>For example 1.30.0.</summary>
    public string RuntimeVersion => api.Version;

    /// <summary>The extents of one item of the input, without the batch.</summary>
    public ReadOnlySpan<long> InputItemShape => inputShape.AsSpan(1);

    /// <summary>Floats in one item of the input.</summary>
    public int InputElementsPerItem => Elements(inputShape);

    /// <summary>Floats in one item of the output.</summary>
    public int OutputElementsPerItem => Elements(outputShape);

    /// <summary>Runs the model on <paramref name="batch"/> items, row-major.</summary>
    /// <param name="input">batch * <see cref="InputElementsPerItem"/> floats.</param>
    /// <param name="batch">At least 1. A change of it makes new tensors, so time runs of one batch size together.</param>
    /// <param name="output">Is given batch * <see cref="OutputElementsPerItem"/> floats.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public void Run(ReadOnlySpan<float> input, int batch, Span<float> output)
    {
        ObjectDisposedException.ThrowIf(session == 0, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (input.Length != checked(batch * InputElementsPerItem) || output.Length != checked(batch * OutputElementsPerItem))
        {
            throw new ArgumentException($"A batch of {batch} needs {batch} items of input and output.", nameof(batch));
        }

        if (batch != currentBatch)
        {
            CreateTensors(batch);
        }

        input.CopyTo(new Span<float>(inputData, input.Length));
        nint inputNames = inputName;
        nint outputNames = outputName;
        nint inputs = inputTensor;
        nint outputs = outputTensor;
        api.Check(api.Run(session, 0, &inputNames, &inputs, 1, &outputNames, 1, &outputs));
        new ReadOnlySpan<float>(outputData, output.Length).CopyTo(output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ReleaseTensors();
        Release(ref memory, api.ReleaseMemoryInfo);
        FreeName(ref inputName);
        FreeName(ref outputName);
        Release(ref session, api.ReleaseSession);
        Release(ref environment, api.ReleaseEnv);
    }

    private static int Elements(ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (long extent in shape[1..])
        {
            product = checked(product * extent);
        }

        return checked((int)product);
    }

    private static void Release(ref nint handle, delegate* unmanaged<nint, void> release)
    {
        if (handle != 0)
        {
            release(handle);
            handle = 0;
        }
    }

    private void CreateSession(ReadOnlySpan<byte> model)
    {
        nint handle;
        fixed (byte* name = "assay-bench\0"u8)
        {
            api.Check(api.CreateEnv(LogErrors, name, &handle));
        }

        environment = handle;
        api.Check(api.CreateSessionOptions(&handle));
        nint options = handle;
        try
        {
            api.Check(api.SetIntraOpNumThreads(options, 1));
            api.Check(api.SetInterOpNumThreads(options, 1));
            fixed (byte* bytes = model)
            {
                api.Check(api.CreateSessionFromArray(environment, bytes, (nuint)model.Length, options, &handle));
            }

            session = handle;
        }
        finally
        {
            api.ReleaseSessionOptions(options);
        }
    }

    private long[] ReadShape(
        delegate* unmanaged<nint, nuint*, nint> getCount, delegate* unmanaged<nint, nuint, nint*, nint> getTypeInfo, string what)
    {
        nuint count;
        api.Check(getCount(session, &count));
        nint typeInfo;
        api.Check(count == 1
            ? getTypeInfo(session, 0, &typeInfo)
            : throw new NotSupportedException($"The model has {count} {what}s; one is supported."));
        try
        {
            nint tensorInfo;
            api.Check(api.CastTypeInfoToTensorInfo(typeInfo, &tensorInfo));
            int elementType = 0;
            nuint rank = 0;
            if (tensorInfo != 0)
            {
                api.Check(api.GetTensorElementType(tensorInfo, &elementType));
                api.Check(api.GetDimensionsCount(tensorInfo, &rank));
            }

            long[] shape = new long[checked((int)rank)];
            fixed (long* extents = shape)
            {
                if (rank > 0)
                {
                    api.Check(api.GetDimensions(tensorInfo, extents, rank));
                }
            }

            return elementType == ElementFloat && shape is [-1, ..] && shape.AsSpan(1).IndexOfAnyInRange(long.MinValue, 0) < 0
                ? shape
                : throw new NotSupportedException(
                    $"The model's {what} must be a tensor of 32-bit floats with a dynamic first dimension and fixed others.");
        }
        finally
        {
            api.ReleaseTypeInfo(typeInfo);
        }
    }

    private void CreateTensors(int batch)
    {
        ReleaseTensors();
        inputTensor = CreateTensor(inputShape, batch, out inputData);
        outputTensor = CreateTensor(outputShape, batch, out outputData);
        currentBatch = batch;
    }

    private nint CreateTensor(long[] itemShape, int batch, out float* data)
    {
        long[] shape = [batch, .. itemShape[1..]];
        nuint bytes = (nuint)batch * (nuint)Elements(itemShape) * sizeof(float);
        data = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        nint tensor;
        fixed (long* extents = shape)
        {
            api.Check(api.CreateTensorWithData(memory, data, bytes, extents, (nuint)shape.Length, ElementFloat, &tensor));
        }

        return tensor;
    }

    private void ReleaseTensors()
    {
        currentBatch = 0;
        Release(ref inputTensor, api.ReleaseValue);
        Release(ref outputTensor, api.ReleaseValue);
        NativeMemory.AlignedFree(inputData);
        NativeMemory.AlignedFree(outputData);
        inputData = null;
        outputData = null;
    }

    private void FreeName(ref nint name)
    {
        if (name != 0)
        {
            api.Check(api.AllocatorFree(allocator, name));
            name = 0;
        }
    }
}
