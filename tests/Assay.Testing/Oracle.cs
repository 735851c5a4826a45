namespace Assay.Testing;

/// <summary>A program not ours that may be installed.</summary>
public enum Oracle
{
    /// <summary>Node, with its WebCrypto.</summary>
    Node,

    /// <summary>Node and the packages of tests/interop/node.</summary>
    NodePackages,

    /// <summary>Node and OpenAI's official client (tests/interop/openai).</summary>
    OpenAi,

    /// <summary>Go, with golang.org/x/mod/sumdb.</summary>
    GoSumdb,

    /// <summary>ONNX's conformance models (Debian: libonnx-testdata).</summary>
    OnnxTestData,

    /// <summary>ONNX Runtime's library (eng/onnxruntime.sh).</summary>
    OnnxRuntime,

    /// <summary>llama.cpp's library (eng/llama.sh).</summary>
    Llama,

    /// <summary><see cref="OpenAi"/> and <see cref="Llama"/>.</summary>
    OpenAiWithLlama,

    /// <summary>Python 3, with its standard library.</summary>
    Python,

    /// <summary>anvil (eng/chain.sh), for a local chain.</summary>
    LocalChain,

    /// <summary>Node, x402's official packages of tests/interop/x402, and anvil.</summary>
    X402,

    /// <summary><see cref="X402"/> and <see cref="Llama"/>.</summary>
    X402WithLlama,

    /// <summary>As <see cref="X402"/>, with the client of x402's version 1 (tests/interop/x402-v1; installed for deep runs only).</summary>
    X402VersionOne,

    /// <summary>Node and the Solidity compiler of contracts/.</summary>
    Solc,

    /// <summary>libsecp256k1 (Debian: libsecp256k1-1).</summary>
    Secp256k1,
}
