namespace Assay.Facilitator;

/// <summary>How a <see cref="RemoteFacilitator"/> asks.</summary>
public sealed record RemoteFacilitatorOptions
{
    /// <summary>How long <c>/verify</c> and <c>/supported</c> may take; default 10 s.</summary>
    public TimeSpan VerifyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long <c>/settle</c> may take; default 90 s, as x402's own clients wait. After that nobody knows what became of it.</summary>
    public TimeSpan SettleTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Most bytes of an answer; default 64 KiB.</summary>
    public int MaxAnswerBytes { get; init; } = 64 * 1024;

    /// <summary>Headers that go with each request, for authentication; they go to this facilitator's host only.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>How many times <c>/supported</c> is asked while the answer is 429; default 3.</summary>
    public int SupportedTries { get; init; } = 3;

    /// <summary>Longest pause between these, whatever <c>Retry-After</c> says; default 30 s.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What version 1's entries name as the resource if the payment doesn't; default <c>https://localhost/</c>.</summary>
    public string Resource { get; init; } = "https://localhost/";
}
