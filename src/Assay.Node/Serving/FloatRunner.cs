using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Assay.Models.Float;
using Assay.Node.Errors;
using Assay.OnnxRuntime;
using Assay.Receipts;

namespace Assay.Node.Serving;

/// <summary>
/// Runs an ONNX file as it is, in floats. Requests and receipts carry FP32 only: int64 values go in and out as FP32 where
/// that holds them exactly, and are refused where it doesn't.
/// </summary>
public sealed class FloatRunner : IModelRunner
{
    /// <summary>The largest whole number up to which FP32 holds all of them.</summary>
    private const long LargestWhole = 1 << 24;

    private readonly FloatRuntime _runtime;
    private readonly FloatSession _session;

    private FloatRunner(FloatRuntime runtime, FloatSession session)
    {
        _runtime = runtime;
        _session = session;
        Inputs = [.. session.Inputs.Select(static port => new TensorPort(port.Name, port.Shape))];
        Outputs = [.. session.Outputs.Select(static port => new TensorPort(port.Name, port.Shape))];
    }

    /// <inheritdoc/>
    public string Backend => _runtime.Backend;

    /// <inheritdoc/>
    public string Semantics => WellKnown.FloatOnnxRuntime;

    /// <inheritdoc/>
    public string InstructionSet => _runtime.InstructionSet;

    /// <summary>In the file's order.</summary>
    public ImmutableArray<TensorPort> Inputs { get; }

    /// <summary>In the file's order.</summary>
    public ImmutableArray<TensorPort> Outputs { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="runtime">The library.</param>
    /// <param name="model">The file.</param>
    /// <param name="fault">Why ONNX Runtime doesn't take it; null exactly when a runner is returned.</param>
    public static FloatRunner? TryOpen(FloatRuntime runtime, FloatModel model, out FloatFault? fault)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(model);
        FloatSession? session = FloatSession.TryOpen(runtime, model.Onnx.Span, out fault);
        return session is null ? null : new FloatRunner(runtime, session);
    }

    /// <inheritdoc/>
    public RunOutcome Run(IReadOnlyList<TensorValue> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        SessionTensor[] given = new SessionTensor[inputs.Count];
        for (int i = 0; i < given.Length; i++)
        {
            if (Given(inputs[i], _session.Inputs[i].Type) is not { } tensor)
            {
                return RunOutcome.Refused(new NodeError(400, FloatErrors.Input, $"Input '{inputs[i].Name}' takes whole numbers from -16777216 to 16777216; one element is none.", "Send whole numbers."));
            }

            given[i] = tensor;
        }

        SessionResult run = _session.Run(given);
        if (run.Fault is { } fault)
        {
            return RunOutcome.Refused(new NodeError(422, fault.Code, $"The model gave no answer for these inputs: {fault.Message}.", "Nothing was signed. Check the inputs' shapes and values; the operator may allow more time or memory."));
        }

        TensorValue[] outputs = new TensorValue[run.Outputs!.Count];
        for (int i = 0; i < outputs.Length; i++)
        {
            if (Taken(_session.Outputs[i].Name, run.Outputs[i], out string? why) is not { } value)
            {
                return RunOutcome.Refused(new NodeError(422, FloatErrors.Output, $"Output '{_session.Outputs[i].Name}' {why}.", "Nothing was signed. Other inputs may give an answer that can be."));
            }

            outputs[i] = value;
        }

        return new RunOutcome(outputs, null, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static SessionTensor? Given(TensorValue tensor, ElementType type)
    {
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(tensor.Data.Span);
        if (type == ElementType.Float32)
        {
            return new SessionTensor.Floats(tensor.Shape, values.ToArray());
        }

        long[] whole = new long[values.Length];
        for (int i = 0; i < whole.Length; i++)
        {
            if (!(MathF.Abs(values[i]) <= LargestWhole) || values[i] != MathF.Truncate(values[i]))
            {
                return null;
            }

            whole[i] = (long)values[i];
        }

        return new SessionTensor.Integers(tensor.Shape, whole);
    }

    private static TensorValue? Taken(string name, SessionTensor tensor, out string? why)
    {
        float[]? values = tensor switch
        {
            SessionTensor.Floats floats => floats.Data,
            SessionTensor.Integers integers when integers.Data.All(static v => v is >= -LargestWhole and <= LargestWhole) => Array.ConvertAll(integers.Data, static v => (float)v),
            _ => null,
        };
        why = tensor.Shape.Contains(0) ? "is empty, and a receipt holds tensors with at least one element"
            : values is null ? "has whole numbers that FP32 doesn't hold exactly"
            : !Array.TrueForAll(values, float.IsFinite) ? "is NaN or infinite somewhere, which an answer in JSON can't hold"
            : null;
        return why is null ? TensorValue.Create(name, tensor.Shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray()) : null;
    }
}
