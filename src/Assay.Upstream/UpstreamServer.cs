namespace Assay.Upstream;

/// <summary>An OpenAI-compatible server that the operator trusts with callers' requests.</summary>
public sealed record UpstreamServer
{
    /// <summary>Where its <c>chat/completions</c> is, such as <c>https://api.openai.com/v1</c>: https, or http on loopback; no user, query or fragment.</summary>
    public required Uri Address { get; init; }

    /// <summary>What the model is called there, 1 to 200 characters.</summary>
    public required string Model { get; init; }

    /// <summary>Gives the key for each request, printable ASCII; null, or a null key: none is sent. It goes to this server only.</summary>
    public Func<string?>? Key { get; init; }
}
