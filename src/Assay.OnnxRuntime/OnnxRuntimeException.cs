namespace Assay.OnnxRuntime;

/// <summary>ONNX Runtime can't be had, or refused a call.</summary>
/// <param name="code">Stable: one of <see cref="FloatErrors"/>.</param>
/// <param name="message">In words; of a refused call it is ONNX Runtime's own, made printable.</param>
/// <param name="hint">The nearest thing that would work; empty if there is nothing.</param>
public sealed class OnnxRuntimeException(string code, string message, string hint = "") : Exception(message)
{
    /// <summary>The code.</summary>
    public string Code { get; } = code;

    /// <summary>The nearest thing that would work.</summary>
    public string Hint { get; } = hint;
}
