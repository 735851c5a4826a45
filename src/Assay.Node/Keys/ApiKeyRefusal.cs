namespace Assay.Node.Keys;

/// <summary>Which limit a request ran into.</summary>
internal enum ApiKeyRefusal
{
    /// <summary>None: it may begin.</summary>
    None,

    /// <summary>Too many requests a minute.</summary>
    Rate,

    /// <summary>Too many at the same time.</summary>
    Concurrency,
}
