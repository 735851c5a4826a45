namespace Assay.Log.Committing;

/// <summary>The limits of a <see cref="GroupCommitter{TRequest,TResult}"/>.</summary>
public sealed class GroupCommitterOptions
{
    /// <summary>The most requests in one commit. One or more; by default 1 024.</summary>
    public int MaxBatch { get; init; } = 1024;

    /// <summary>The most requests that wait; more are pushed back. One or more; by default 16 384.</summary>
    public int MaxWaiting { get; init; } = 16_384;
}
