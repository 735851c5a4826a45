namespace Assay.Bench.OnnxRuntime;

/// <summary>ONNX Runtime refused a call; the message is its own.</summary>
public sealed class OnnxRuntimeException(string message) : Exception(message);
