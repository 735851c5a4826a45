namespace Assay.OnnxRuntime;

/// <summary>Stable codes of this project.</summary>
public static class FloatErrors
{
    /// <summary>ONNX Runtime's library isn't installed.</summary>
    public const string NotInstalled = "onnxruntime/not-installed";

    /// <summary>The library can't be loaded, isn't ONNX Runtime, or is too old.</summary>
    public const string Library = "onnxruntime/library";

    /// <summary>ONNX Runtime doesn't take the model.</summary>
    public const string Load = "float/load";

    /// <summary>An input or output isn't a tensor of float32 or int64, or its name or shape can't stand in a receipt.</summary>
    public const string Port = "float/port";

    /// <summary>The run failed; the model and these inputs don't go together, or memory ran out.</summary>
    public const string Run = "float/run";

    /// <summary>Loading or the run took longer than it may.</summary>
    public const string Timeout = "float/timeout";

    /// <summary>An output is larger than a receipt may hold, or empty, or not finite, or no whole number that FP32 can hold.</summary>
    public const string Output = "float/output";

    /// <summary>An input of an int64 model isn't a whole number that FP32 holds exactly.</summary>
    public const string Input = "float/input";
}
