using System.Text;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>A conversation with the fixed node: request, answer, and the bundle that it signs for them.</summary>
internal sealed record Talk(World World, string Request, string Response)
{
    public const string Model = "kjv";

    public const string Asked =
        """{"model":"kjv","messages":[{"role":"system","content":"Answer in one line."},{"role":"user","content":[{"type":"text","text":"What is this, in {city}?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0K"}}]}],"tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}],"response_format":{"type":"json_object"},"temperature":0.7,"top_p":1.0,"max_tokens":16,"logprobs":true,"stop":"end","seed":7}""";

    public static readonly string AskedStreamed = Asked.Replace("\"seed\":7", "\"seed\":7,\"stream\":true,\"stream_options\":{\"include_usage\":true}", StringComparison.Ordinal);

    public const string Applied = """{"logprobs":true,"max_tokens":16,"n":1,"stop":["end"],"temperature":0.7,"top_p":1}""";

    public static readonly string Id = "chatcmpl-" + ReceiptId.From(Digest32.Sha256(BitConverter.GetBytes(1UL)).Bytes[..16]);

    public static readonly string Said =
        $$$"""{"id":"{{{Id}}}","object":"chat.completion","created":1795262400,"model":"kjv","system_fingerprint":"fp_0123456789abcdef","choices":[{"index":0,"message":{"role":"assistant","content":"{\"is\":\"a tree\"}","refusal":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Ur\"}"}}]},"logprobs":{"content":[{"token":"{\"is\":","logprob":-0.25,"bytes":null,"top_logprobs":[]},{"token":"\"a tree\"}","logprob":-1.5e-3,"bytes":null,"top_logprobs":[]}],"refusal":null},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":31,"completion_tokens":12,"total_tokens":43}}""";

    public static readonly string[] Events =
    [
        Chunk("""[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]"""),
        Chunk("""[{"index":0,"delta":{"content":"{\"is\":"},"logprobs":{"content":[{"token":"{\"is\":","logprob":-0.25,"bytes":null,"top_logprobs":[]}]},"finish_reason":null}]"""),
        Chunk("""[{"index":0,"delta":{"content":"\"a tree\"}"},"logprobs":{"content":[{"token":"\"a tree\"}","logprob":-1.5e-3,"bytes":null,"top_logprobs":[]}]},"finish_reason":null}]"""),
        Chunk("""[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\""}}]},"finish_reason":null}]"""),
        Chunk("""[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":\"Ur\"}"}}]},"finish_reason":null}]"""),
        Chunk("""[{"index":0,"delta":{},"finish_reason":"tool_calls"}]"""),
        Chunk("""[],"usage":{"prompt_tokens":31,"completion_tokens":12,"total_tokens":43}"""),
        "[DONE]",
    ];

    public ChatKind Kind { get; init; } = ChatKind.Chat;

    public string Sampling { get; init; } = Applied;

    public ReceiptPhase Phase { get; init; } = ReceiptPhase.Final;

    public Func<ClaimValues, ClaimValues> Claims { get; init; } = static claims => claims;

    public static string Chunk(string choices) => $$$"""{"id":"{{{Id}}}","object":"chat.completion.chunk","created":1795262400,"model":"kjv","system_fingerprint":"fp_0123456789abcdef","choices":{{{choices}}}}""";

    public static string Transcript(params IEnumerable<string> events) => string.Concat(events.Select(static item => item + "\n"));

    public static Talk Whole(World world) => new(world, Asked, Said);

    public static Talk Streamed(World world) => new(world, AskedStreamed, Transcript(Events));

    public byte[] RequestBytes => Encoding.UTF8.GetBytes(Request);

    public byte[] ResponseBytes => Encoding.UTF8.GetBytes(Response);

    /// <summary>The bundle with everything attached.</summary>
    public BundleParts Parts()
    {
        ChatRequest request = ChatRequestReader.TryRead(Kind, RequestBytes, out ChatFault? fault) ?? throw new InvalidOperationException(fault!.Message);
        ChatAnswer answer = ChatAnswerReader.TryReadAny(Kind, ResponseBytes, out _, out string? error) ?? throw new InvalidOperationException(error);
        IReadOnlyList<byte[]> messages = SealedMessage.SealAll(request, "a secret of the node's"u8.ToArray());
        IReadOnlyList<TensorValue> parts = answer.Parts();
        ClaimValues claims = Claims(World.Answer() with
        {
            RequestProtocol = request.Protocol,
            RequestWireDigest = Digest32.Sha256(RequestBytes),
            RequestInputs = null,
            RequestClientNonce = null,
            RequestSystemPrompt = ChatDigests.SystemPrompt(request.Messages),
            RequestMessages = [.. messages.Select(static message => Digest32.Sha256(message))],
            RequestAttachments = ChatDigests.Attachments(request),
            RequestTools = ChatDigests.Tools(request),
            RequestResponseFormat = request.RawResponseFormat,
            RequestSampling = Sampling,
            RequestSeed = Kind == ChatKind.Embedding ? null : request.Parameters.Seed ?? 1234,
            RequestMutations = Kind == ChatKind.Embedding || request.Parameters.Seed is not null ? null : ["defaulted seed 1234"],
            ModelName = Model,
            ModelModelId = new ModelId(Digest32.Sha256("model of words"u8)),
            ModelTokenizer = Digest32.Sha256("tokenizer"u8),
            ModelTemplate = Digest32.Sha256("template"u8),
            ModelStatement = null,
            ExecutionBackend = $"llama.cpp/b1 sha256:{Digest32.Sha256("library"u8)} threads=1 context=512 batch=512",
            ExecutionSemantics = WellKnown.LlamaSampler,
            ExecutionSaturated = null,
            OutputWireDigest = Digest32.Sha256(ResponseBytes),
            OutputParts = (ulong)parts.Count,
            OutputToolCalls = ChatDigests.ToolCalls(answer),
            OutputLogprobs = ChatDigests.Logprobs(answer),
            OutputFinishReason = Kind == ChatKind.Embedding ? null : [.. answer.Choices.Select(static choice => choice.FinishReason)],
            OutputUsage = answer.Usage?.Text,
        });
        World.RestartSalts();
        SaltedTree claimsTree = World.Claims.BuildClaims(claims), outputTree = World.Claims.BuildOutput(parts);
        ReceiptEnvelope envelope = BatchSigner.Sign([World.Statement(claims, claimsTree, outputTree) with { Phase = Phase }], World.Signer)[0];
        byte[] entry = new LogEntry.ForReceipt(envelope.Digest, claims.RequestPolicy.Level, SizeBucket.Undisclosed).Encode();
        return new BundleParts(Bundle.Create(
            envelope, World.KeySet, claimsTree.Section, outputTree.Section, [.. Claimed(claims, messages)], World.LogProofOf(entry)));
    }

    // What no leaf names can't be attached.
    private IEnumerable<ReadOnlyMemory<byte>> Claimed(ClaimValues claims, IReadOnlyList<byte[]> messages) =>
        new[] { RequestBytes, ResponseBytes }.Concat(messages.Where(message => claims.RequestMessages?.Contains(Digest32.Sha256(message)) == true))
            .Where(content => Digest32.Sha256(content) != Digest32.Sha256(RequestBytes) || claims.RequestWireDigest == Digest32.Sha256(RequestBytes))
            .Select(static content => (ReadOnlyMemory<byte>)content);
}
