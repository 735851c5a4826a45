namespace Assay.Facilitator;

/// <summary>How a <see cref="FacilitatorHost"/> serves.</summary>
public sealed record FacilitatorHostOptions
{
    /// <summary>Where it listens; the default is this machine alone.</summary>
    public string Url { get; init; } = "http://127.0.0.1:4402";

    /// <summary>What <c>Authorization: Bearer</c> must have for <c>/verify</c> and <c>/settle</c>; null: anybody may ask.</summary>
    public string? Token { get; init; }

    /// <summary>Most requests at once; more get 503. Default 256.</summary>
    public int MaxRequests { get; init; } = 256;

    /// <summary>How long a request's body may take to come; then the answer is 408. It has no place among <see cref="MaxRequests"/> before. Default 10 s.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most requests about one payer at once; more get 429. Default 32.</summary>
    public int MaxRequestsOfPayer { get; init; } = 32;
}
