namespace Assay.Receipts;

/// <summary>Texts with a meaning in claim leaves (spec/receipt.md).</summary>
public static class WellKnown
{
    /// <summary>Value of <c>request.protocol</c>: Open Inference Protocol v2, JSON body.</summary>
    public const string OpenInferenceV2 = "open-inference/v2";

    /// <summary>Value of <c>request.protocol</c>: OpenAI's chat completions (spec/chat.md).</summary>
    public const string OpenAiChat = "openai-chat/v1";

    /// <summary>Value of <c>request.protocol</c>: OpenAI's completions.</summary>
    public const string OpenAiCompletions = "openai-completions/v1";

    /// <summary>Value of <c>request.protocol</c>: OpenAI's embeddings.</summary>
    public const string OpenAiEmbeddings = "openai-embeddings/v1";

    /// <summary>Value of <c>execution.semantics</c> where llama.cpp computed and the node chose the tokens (spec/chat.md, "Sampler").</summary>
    public const string LlamaSampler = "llama.cpp/sampler-v1";

    /// <summary>Value of <c>execution.semantics</c> where nobody here knows what was computed.</summary>
    public const string Opaque = "opaque";

    /// <summary>Value of <c>execution.semantics</c> where replay is exact (spec/program.md).</summary>
    public const string FixedPointV1 = "fixed-point/v1";

    /// <summary>
    /// End of <c>execution.backend</c> where the model was registered although its exact program is further from its float
    /// model than the rule for registration allows.
    /// </summary>
    public const string FidelityAccepted = " (fidelity accepted)";

    /// <summary>Value of <c>execution.semantics</c> where ONNX Runtime ran the file in floats: nothing exact is claimed.</summary>
    public const string FloatOnnxRuntime = "float32/onnxruntime";

    /// <summary>Value of <c>parties.api_key</c> where the caller had none.</summary>
    public const string Anonymous = "anonymous";
}
