namespace Assay.Log.Committing;

/// <summary>What became of a request to a <see cref="GroupCommitter{TRequest,TResult}"/>.</summary>
public enum SubmitStatus
{
    /// <summary>Committed: the value is the commit's result.</summary>
    Committed,

    /// <summary>Not taken: the queue is full. Try again later (HTTP 503 with Retry-After).</summary>
    Overloaded,

    /// <summary>
    /// The commit that it was in failed, so whether it took effect is unknown; or an earlier one did, and it wasn't taken.
    /// It must not be acknowledged. See <see cref="GroupCommitter{TRequest,TResult}.Fault"/>.
    /// </summary>
    Failed,

    /// <summary>Not taken: the committer is closed.</summary>
    Closed,
}
