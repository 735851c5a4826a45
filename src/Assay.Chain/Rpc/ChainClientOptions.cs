namespace Assay.Chain;

/// <summary>Bounds of a <see cref="ChainClient"/>.</summary>
public sealed record ChainClientOptions
{
    /// <summary>How long a question may take, to the answer's last byte; default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most bytes of an answer; default 4 MiB.</summary>
    public int MaxAnswerBytes { get; init; } = 4 * 1024 * 1024;
}
