using System.Collections.Immutable;
using Assay.Models.Float;
using Assay.Models.Registration;
using Assay.OnnxRuntime;

namespace Assay.Node.Serving;

/// <summary>From an ONNX file to a float model with its publisher's statement: what ONNX Runtime says goes in and out.</summary>
public static class FloatRegistration
{
    /// <summary>Loads the model once, so that what is registered can be served.</summary>
    /// <param name="model">The file.</param>
    /// <param name="runtime">The library.</param>
    /// <param name="error">Null exactly when a statement is returned.</param>
    public static FloatModelStatement? TryDescribe(FloatModel model, FloatRuntime runtime, out RegistrationError? error)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(runtime);
        using FloatSession? session = FloatSession.TryOpen(runtime, model.Onnx.Span, out FloatFault? fault);
        error = fault is null ? null : new RegistrationError(fault.Code, null, null, fault.Message, null);
        return session is null ? null : FloatModelStatement.Of(model, Tensors(session.Inputs), Tensors(session.Outputs));
    }

    private static ImmutableArray<FloatTensor> Tensors(ImmutableArray<SessionPort> ports) =>
        [.. ports.Select(static port => new FloatTensor(port.Name, port.Type == ElementType.Int64 ? "int64" : "float32", port.Shape))];
}
