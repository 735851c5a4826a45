namespace Assay.Node.Keys;

/// <summary>One request's place under its key's limit of concurrent requests; disposing gives it back, once.</summary>
internal sealed class ApiKeyLease(ApiKey key, ApiKeyUse? use) : IDisposable
{
    private ApiKeyUse? _use = use;

    /// <summary>The caller.</summary>
    internal ApiKey Key { get; } = key;

    public void Dispose() => Interlocked.Exchange(ref _use, null)?.Leave();
}
