namespace Assay.Models.Import;

/// <summary>Stable codes of <see cref="ImportError"/>.</summary>
public static class OnnxErrors
{
    /// <summary>The bytes are not a protocol-buffer message of ONNX's form.</summary>
    public const string Decode = "onnx/decode";

    /// <summary>A count or size is over the importer's limits.</summary>
    public const string Limits = "onnx/limits";

    /// <summary>The file has no graph, no input, no output, or no version of the operator set.</summary>
    public const string Incomplete = "onnx/incomplete";

    /// <summary>The operator set's version is not one of 1 to 21, or a node is of another domain.</summary>
    public const string OperatorSet = "onnx/operator-set";

    /// <summary>The operator has no exact counterpart here.</summary>
    public const string UnsupportedOperator = "onnx/unsupported-operator";

    /// <summary>The operator is known, this use of it is not supported.</summary>
    public const string UnsupportedForm = "onnx/unsupported-form";

    /// <summary>An attribute is missing, of the wrong type, or out of its range.</summary>
    public const string Attribute = "onnx/attribute";

    /// <summary>A node has too few or too many inputs or outputs.</summary>
    public const string Arity = "onnx/arity";

    /// <summary>Shapes don't fit the operator or each other.</summary>
    public const string Shape = "onnx/shape";

    /// <summary>The operation mixes items of a batch, or the batch dimension isn't the first.</summary>
    public const string Batch = "onnx/batch";

    /// <summary>A tensor's data doesn't match its dimensions or element type.</summary>
    public const string TensorData = "onnx/tensor-data";

    /// <summary>A tensor's data lie outside the file.</summary>
    public const string ExternalData = "onnx/external-data";

    /// <summary>An element type that is not supported where it stands.</summary>
    public const string ElementType = "onnx/element-type";

    /// <summary>A weight or constant is NaN or infinite.</summary>
    public const string NotFinite = "onnx/not-finite";

    /// <summary>Two values have one name.</summary>
    public const string DuplicateName = "onnx/duplicate-name";

    /// <summary>A name that nothing defines.</summary>
    public const string MissingName = "onnx/missing-name";

    /// <summary>A node uses a value that is produced at or after it: a cycle, or nodes out of order.</summary>
    public const string Cycle = "onnx/cycle";

    /// <summary>An output doesn't depend on the inputs.</summary>
    public const string ConstantOutput = "onnx/constant-output";
}
