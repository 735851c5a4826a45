namespace Assay.Chat;

/// <summary>A token and how likely it was.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Raw">The logarithm of its probability, as it is spelt in the answer.</param>
public sealed record ChatLogprob(string Token, string Raw);
