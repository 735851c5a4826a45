namespace Assay.Files;

/// <summary>One's own keys can't be used. The message holds no part of a key or passphrase, and there is no inner exception that could.</summary>
public sealed class KeyException(string code, string message) : Exception(message)
{
    /// <summary>One of <see cref="KeyFileErrors"/>, or of what holds keys elsewhere than in files.</summary>
    public string Code { get; } = code;
}
