namespace Assay.Verification;

/// <summary>Error codes of <see cref="OipTensorReader"/> (spec/receipt.md, "Reading Open Inference Protocol bodies").</summary>
public static class OipErrors
{
    /// <summary>Longer than 64 MiB.</summary>
    public const string TooLarge = "oip/too-large";

    /// <summary>Not UTF-8.</summary>
    public const string Utf8 = "oip/utf8";

    /// <summary>Not strict JSON, nested too deep, or an object has a member name twice.</summary>
    public const string Json = "oip/json";

    /// <summary>No array of 1 to 1024 tensors where one must be.</summary>
    public const string Tensors = "oip/tensors";

    /// <summary>A tensor isn't an object with name, datatype, shape and data of the right types.</summary>
    public const string Tensor = "oip/tensor";

    /// <summary>The datatype isn't FP32: this version doesn't read it.</summary>
    public const string Datatype = "oip/datatype";

    /// <summary>The shape has more than 8 dims, or one that isn't an integer from 1 to 2^31-1.</summary>
    public const string Shape = "oip/shape";

    /// <summary>The data hasn't as many elements as the shape says, or is nested otherwise.</summary>
    public const string Data = "oip/data";

    /// <summary>An element isn't a number, or isn't finite as binary32.</summary>
    public const string Number = "oip/number";
}
