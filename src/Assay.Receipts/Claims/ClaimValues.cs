using Assay.Primitives;

namespace Assay.Receipts;

/// <summary>
/// What a node claims about one answer: the values of the claims tree's leaves. A null is an absent leaf.
/// Each property is the leaf of the same name in <see cref="ClaimRegistry"/>.
/// </summary>
public sealed record ClaimValues
{
    public string? RequestProtocol { get; init; }

    public Digest32? RequestWireDigest { get; init; }

    public IReadOnlyList<TensorValue>? RequestInputs { get; init; }

    /// <summary>Of the texts of a chat's system and developer messages (spec/chat.md, as the other leaves of a chat).</summary>
    public Digest32? RequestSystemPrompt { get; init; }

    public IReadOnlyList<Digest32>? RequestMessages { get; init; }

    public IReadOnlyList<Digest32>? RequestAttachments { get; init; }

    public Digest32? RequestTools { get; init; }

    public string? RequestResponseFormat { get; init; }

    public string? RequestSampling { get; init; }

    public ulong? RequestSeed { get; init; }

    public ReadOnlyMemory<byte>? RequestClientNonce { get; init; }

    /// <summary>Gives both the leaf <c>request.policy</c> and the statement's policy digest their meaning.</summary>
    public required PolicyDocument RequestPolicy { get; init; }

    public required LevelSource RequestLevelSource { get; init; }

    public IReadOnlyList<string>? RequestMutations { get; init; }

    public string? ModelName { get; init; }

    public ModelId? ModelModelId { get; init; }

    public Digest32? ModelTokenizer { get; init; }

    public Digest32? ModelTemplate { get; init; }

    public Digest32? ModelStatement { get; init; }

    public string? ExecutionBackend { get; init; }

    public string? ExecutionSemantics { get; init; }

    public string? ExecutionInstructionSet { get; init; }

    public string? ExecutionCache { get; init; }

    public ulong? ExecutionSaturated { get; init; }

    public Digest32? OutputWireDigest { get; init; }

    public ulong? OutputParts { get; init; }

    public Digest32? OutputToolCalls { get; init; }

    public Digest32? OutputLogprobs { get; init; }

    public IReadOnlyList<string>? OutputFinishReason { get; init; }

    public string? OutputUsage { get; init; }

    /// <summary>Unix microseconds.</summary>
    public ulong? TimeReceived { get; init; }

    /// <summary>Unix microseconds.</summary>
    public ulong? TimeStarted { get; init; }

    /// <summary>Unix microseconds.</summary>
    public ulong? TimeFinished { get; init; }

    public string? PartiesNode { get; init; }

    public string? PartiesApiKey { get; init; }

    /// <summary>What an upstream said of itself, as JSON.</summary>
    public string? PartiesGateway { get; init; }

    /// <summary>The text of the offer that was paid (spec/payment.md, "Receipt").</summary>
    public string? PaymentOffer { get; init; }

    /// <summary>The JSON of the client's payment, byte for byte as it came.</summary>
    public string? PaymentPayload { get; init; }

    /// <summary>What is charged: <c>amount asset</c>, or <c>prepaid amount currency</c>.</summary>
    public string? PaymentPrice { get; init; }

    public string? LineageRelation { get; init; }

    public IReadOnlyList<Digest32>? LineageReceipts { get; init; }
}
