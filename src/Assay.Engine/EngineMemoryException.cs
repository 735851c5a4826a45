namespace Assay.Engine;

/// <summary>A model needs more memory than <see cref="EngineOptions.MemoryLimit"/> allows.</summary>
public sealed class EngineMemoryException(long needed, long limit)
    : Exception($"The engine needs at least {needed} bytes; its limit is {limit}.")
{
    /// <summary>Bytes that would have been in use.</summary>
    public long Needed { get; } = needed;

    /// <summary>The limit, in bytes.</summary>
    public long Limit { get; } = limit;
}
