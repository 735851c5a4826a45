namespace Assay.Testing;

/// <summary>A program not ours that may be installed.</summary>
public enum Oracle
{
    /// <summary>Node, with its WebCrypto.</summary>
    Node,

    /// <summary>Node and the packages of tests/interop/node.</summary>
    NodePackages,

    /// <summary>Go, with golang.org/x/mod/sumdb.</summary>
    GoSumdb,

    /// <summary>ONNX's conformance models (Debian: libonnx-testdata).</summary>
    OnnxTestData,

    /// <summary>ONNX Runtime's library (eng/onnxruntime.sh).</summary>
    OnnxRuntime,

    /// <summary>Python 3, with its standard library.</summary>
    Python,
}
