namespace Assay.Node.Serving;

/// <summary>How much work an answer was: what prices by use are multiplied with.</summary>
/// <param name="Run">How long the model ran.</param>
/// <param name="InputTokens">Tokens that a language model read; 0 of others.</param>
/// <param name="OutputTokens">Tokens that it said.</param>
internal readonly record struct RunMeasure(TimeSpan Run, long InputTokens = 0, long OutputTokens = 0)
{
    /// <summary>Whether it is a part of an answer, which broke off by nothing that its caller did: it costs what it used, and no flat price.</summary>
    internal bool IsPartial { get; init; }
}
