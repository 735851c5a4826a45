namespace Assay.Receipts;

/// <summary>
/// The eight groups of the claims tree and their leaves, in order (spec/receipt.md, "Claims tree"). Fixed for <c>assay/receipt/v1</c>:
/// no place ever changes.
/// </summary>
public static class ClaimRegistry
{
    private static readonly List<ClaimField> Building = [];
    private static readonly List<string> BuildingGroups = [];

    // Initialised in the order of the text: this is the registry's order.
    public static ClaimField RequestProtocol { get; } = First("request", "protocol", ClaimType.Text);
    public static ClaimField RequestWireDigest { get; } = Next("wire_digest", ClaimType.Digest);
    public static ClaimField RequestInputs { get; } = Next("inputs", ClaimType.Tensors);
    public static ClaimField RequestSystemPrompt { get; } = Next("system_prompt", ClaimType.Digest);
    public static ClaimField RequestMessages { get; } = Next("messages", ClaimType.Digests);
    public static ClaimField RequestAttachments { get; } = Next("attachments", ClaimType.Digests);
    public static ClaimField RequestTools { get; } = Next("tools", ClaimType.Digest);
    public static ClaimField RequestResponseFormat { get; } = Next("response_format", ClaimType.Text);
    public static ClaimField RequestSampling { get; } = Next("sampling", ClaimType.Text);
    public static ClaimField RequestSeed { get; } = Next("seed", ClaimType.UInt);
    public static ClaimField RequestClientNonce { get; } = Next("client_nonce", ClaimType.Bytes);
    public static ClaimField RequestPolicy { get; } = Next("policy", ClaimType.Text);
    public static ClaimField RequestLevelSource { get; } = Next("level_source", ClaimType.Text);
    public static ClaimField RequestMutations { get; } = Next("mutations", ClaimType.Texts);

    public static ClaimField ModelName { get; } = First("model", "name", ClaimType.Text);
    public static ClaimField ModelModelId { get; } = Next("model_id", ClaimType.Digest);
    public static ClaimField ModelTokenizer { get; } = Next("tokenizer", ClaimType.Digest);
    public static ClaimField ModelTemplate { get; } = Next("template", ClaimType.Digest);
    public static ClaimField ModelStatement { get; } = Next("statement", ClaimType.Digest);

    public static ClaimField ExecutionBackend { get; } = First("execution", "backend", ClaimType.Text);
    public static ClaimField ExecutionSemantics { get; } = Next("semantics", ClaimType.Text);
    public static ClaimField ExecutionInstructionSet { get; } = Next("instruction_set", ClaimType.Text);
    public static ClaimField ExecutionCache { get; } = Next("cache", ClaimType.Text);
    public static ClaimField ExecutionSaturated { get; } = Next("saturated", ClaimType.UInt);

    public static ClaimField OutputWireDigest { get; } = First("output", "wire_digest", ClaimType.Digest);
    public static ClaimField OutputParts { get; } = Next("parts", ClaimType.UInt);
    public static ClaimField OutputToolCalls { get; } = Next("tool_calls", ClaimType.Digest);
    public static ClaimField OutputLogprobs { get; } = Next("logprobs", ClaimType.Digest);
    public static ClaimField OutputFinishReason { get; } = Next("finish_reason", ClaimType.Texts);
    public static ClaimField OutputUsage { get; } = Next("usage", ClaimType.Text);

    public static ClaimField TimeReceived { get; } = First("time", "received", ClaimType.UInt);
    public static ClaimField TimeStarted { get; } = Next("started", ClaimType.UInt);
    public static ClaimField TimeFinished { get; } = Next("finished", ClaimType.UInt);

    public static ClaimField PartiesNode { get; } = First("parties", "node", ClaimType.Text);
    public static ClaimField PartiesApiKey { get; } = Next("api_key", ClaimType.Text);
    public static ClaimField PartiesGateway { get; } = Next("gateway", ClaimType.Text);

    public static ClaimField PaymentOffer { get; } = First("payment", "offer", ClaimType.Text);
    public static ClaimField PaymentPayload { get; } = Next("payload", ClaimType.Text);
    public static ClaimField PaymentPrice { get; } = Next("price", ClaimType.Text);

    public static ClaimField LineageRelation { get; } = First("lineage", "relation", ClaimType.Text);
    public static ClaimField LineageReceipts { get; } = Next("receipts", ClaimType.Digests);

    /// <summary>Names of the groups, in order.</summary>
    public static IReadOnlyList<string> Groups { get; } = [.. BuildingGroups];

    /// <summary>All leaves, group by group, in order.</summary>
    public static IReadOnlyList<ClaimField> Fields { get; } = [.. Building];

    /// <summary>The index of the first leaf of each group, and after the last group the number of leaves.</summary>
    internal static int[] GroupStarts { get; } =
        [.. Enumerable.Range(0, BuildingGroups.Count + 1).Select(static g => Building.Count(f => f.Group < g))];

    /// <summary>The leaf with this name (<c>group.label</c>), or null.</summary>
    public static ClaimField? Find(string name) => Fields.FirstOrDefault(f => f.Name == name);

    private static ClaimField First(string group, string label, ClaimType type)
    {
        BuildingGroups.Add(group);
        return Next(label, type);
    }

    private static ClaimField Next(string label, ClaimType type)
    {
        ClaimField field = new(Building.Count, BuildingGroups.Count - 1, BuildingGroups[^1], label, type);
        Building.Add(field);
        return field;
    }
}
