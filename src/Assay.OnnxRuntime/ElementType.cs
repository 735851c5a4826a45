namespace Assay.OnnxRuntime;

/// <summary>Element types that sessions take and give; the numbers are ONNX's.</summary>
public enum ElementType
{
    /// <summary>IEEE binary32.</summary>
    Float32 = 1,

    /// <summary>Signed 64-bit integers.</summary>
    Int64 = 7,
}
