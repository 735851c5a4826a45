namespace Assay.Chain;

/// <summary>
/// Tells servers' refusals apart. There is no standard for them: these are the words of geth, anvil, reth, erigon, Nethermind, Besu and
/// hardhat. A mistake here costs a round more, never a transaction more: what matters is looked up in the chain.
/// </summary>
internal static class NodeRefusals
{
    private const long InternalError = -32603;
    private const long LimitExceeded = -32005;

    private static readonly string[] Known = ["already known", "alreadyknown", "already imported", "known transaction", "already in the pool", "already exists", "already_exists"];
    private static readonly string[] Taken = ["nonce too low", "nonce_too_low", "oldnonce", "nonce is too low", "replacement", "nonce already used", "nonce has already been used"];
    private static readonly string[] NotNow =
        ["nonce too high", "nonce_too_high", "noncegap", "nonce gap", "gapped", "nonce is too distant", "too far in the future", "pool is full", "poolisfull", "limit exceeded", "too many", "rate limit", "timeout", "busy", "syncing"];

    /// <summary>What it means.</summary>
    public static NodeRefusal Classify(RpcError error) =>
        Has(error, Known) ? NodeRefusal.Known
        : Has(error, Taken) ? NodeRefusal.NonceTaken
        : Has(error, NotNow) || error.Code is InternalError or LimitExceeded ? NodeRefusal.NotNow
        : NodeRefusal.Final;

    private static bool Has(RpcError error, string[] words) => words.Any(word => error.Message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
