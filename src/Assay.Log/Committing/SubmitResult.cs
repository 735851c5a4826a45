namespace Assay.Log.Committing;

/// <summary>The outcome of one request.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Value">The commit's result for it; only if <see cref="SubmitStatus.Committed"/>.</param>
public readonly record struct SubmitResult<TResult>(SubmitStatus Status, TResult? Value);
