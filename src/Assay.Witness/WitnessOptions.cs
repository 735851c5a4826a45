namespace Assay.Witness;

/// <summary>How a witness runs.</summary>
public sealed record WitnessOptions
{
    /// <summary>Its folder: key, what it cosigned last, forks.</summary>
    public required string Folder { get; init; }

    /// <summary>Its name in cosignatures, fixed when the folder is made: not empty, no white space, no <c>+</c>. Null: the folder's.</summary>
    public string? Name { get; init; }

    /// <summary>Address to bind, default <c>http://127.0.0.1:8090</c>; port 0 picks a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:8090";
}
