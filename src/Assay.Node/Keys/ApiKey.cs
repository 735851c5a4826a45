using Assay.Receipts;

namespace Assay.Node.Keys;

/// <summary>A caller: its name (in receipts), and the least verification that its requests may ask for.</summary>
/// <param name="Name">Name in receipts; <c>anonymous</c> is the caller without a key.</param>
/// <param name="MinimumLevel">A request may only raise it; also the level of requests that name none. Null: none.</param>
public sealed record ApiKey(string Name, VerificationLevel? MinimumLevel)
{
    /// <summary>The caller that shows no key.</summary>
    public static ApiKey Anonymous { get; } = new("anonymous", null);
}
