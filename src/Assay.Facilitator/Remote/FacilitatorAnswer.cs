using System.Net;
using System.Net.Http.Headers;

namespace Assay.Facilitator;

/// <summary>An answer by HTTP.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body, whole.</param>
/// <param name="RetryAfter">The header, if it is there and can be read.</param>
internal sealed record FacilitatorAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body, RetryConditionHeaderValue? RetryAfter)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Whether a "no" of this status is about the payment: not about who asks, or what the facilitator can do now.</summary>
    public bool IsVerdict => IsSuccess || (int)Status is 400 or 402 or 412 or 422;
}
