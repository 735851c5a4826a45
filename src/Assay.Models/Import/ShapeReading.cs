namespace Assay.Models.Import;

/// <summary>How the first dimension of an ONNX file's values is read.</summary>
public enum ShapeReading
{
    /// <summary>As a batch of independent items where the graph keeps items apart, else literally.</summary>
    Auto,

    /// <summary>The first dimension is the batch, outside the program.</summary>
    Batch,

    /// <summary>Every dimension is part of the item; a symbolic first dimension is 1.</summary>
    Literal,
}
