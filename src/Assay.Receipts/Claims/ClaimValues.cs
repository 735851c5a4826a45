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

    public ReadOnlyMemory<byte>? RequestClientNonce { get; init; }

    /// <summary>Gives both the leaf <c>request.policy</c> and the statement's policy digest their meaning.</summary>
    public required PolicyDocument RequestPolicy { get; init; }

    public required LevelSource RequestLevelSource { get; init; }

    public IReadOnlyList<string>? RequestMutations { get; init; }

    public string? ModelName { get; init; }

    public ModelId? ModelModelId { get; init; }

    public Digest32? ModelStatement { get; init; }

    public string? ExecutionBackend { get; init; }

    public string? ExecutionSemantics { get; init; }

    public string? ExecutionInstructionSet { get; init; }

    public string? ExecutionCache { get; init; }

    public ulong? ExecutionSaturated { get; init; }

    public Digest32? OutputWireDigest { get; init; }

    public ulong? OutputParts { get; init; }

    /// <summary>Unix microseconds.</summary>
    public ulong? TimeReceived { get; init; }

    /// <summary>Unix microseconds.</summary>
    public ulong? TimeStarted { get; init; }

    /// <summary>Unix microseconds.</summary>
    public ulong? TimeFinished { get; init; }

    public string? PartiesNode { get; init; }

    public string? PartiesApiKey { get; init; }

    /// <summary>The text of the offer that was paid (spec/payment.md, "Receipt").</summary>
    public string? PaymentOffer { get; init; }

    /// <summary>The JSON of the client's payment, byte for byte as it came.</summary>
    public string? PaymentPayload { get; init; }

    /// <summary>What is charged: <c>amount asset</c>, or <c>prepaid amount currency</c>.</summary>
    public string? PaymentPrice { get; init; }

    public string? LineageRelation { get; init; }

    public IReadOnlyList<Digest32>? LineageReceipts { get; init; }
}
