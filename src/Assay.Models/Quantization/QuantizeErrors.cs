namespace Assay.Models.Quantization;

/// <summary>Stable codes for graphs that can't be made exact.</summary>
public static class QuantizeErrors
{
    /// <summary>The float model gives NaN or an infinity on the calibration data, or its numbers are too large or small for scales.</summary>
    public const string Range = "quantize/range";

    /// <summary>A layer's sum can't be kept in the accumulator's bound.</summary>
    public const string Accumulator = "quantize/accumulator";

    /// <summary>A divisor is 0 or changes its sign on the calibration data.</summary>
    public const string Divisor = "quantize/divisor";

    /// <summary>A function has no finite value where the calibration data lie.</summary>
    public const string Function = "quantize/function";

    /// <summary>The exact program is too far from float to be registered unless that is accepted.</summary>
    public const string Acceptance = "quantize/acceptance";

    /// <summary>The program needs more memory than the engine may hold.</summary>
    public const string Memory = "quantize/memory";

    /// <summary>The program would break a rule of fixed-point/v1.</summary>
    public const string Program = "quantize/program";

    /// <summary>The target fidelity is not reached with all layers at their widest.</summary>
    public const string Fidelity = "quantize/fidelity";
}
