using Assay.Node.Http;

namespace Assay.Node.Serving;

/// <summary>A request that can be read, of a caller that may ask that model; what it will get isn't planned yet.</summary>
/// <param name="Call">As it came.</param>
/// <param name="Model">The model.</param>
/// <param name="Name">The model's name as it was called, without level.</param>
/// <param name="Suffix">The level behind the name, if any.</param>
/// <param name="Request">What the body says.</param>
/// <param name="Received">When it came.</param>
/// <param name="Began">Timestamp of its arrival.</param>
internal sealed record BegunCall(InferenceCall Call, ServedModel Model, string Name, string? Suffix, OipRequest Request, DateTimeOffset Received, long Began)
{
    /// <summary>Whether it names no level, in none of the places where it could.</summary>
    internal bool IsLevelOpen => Request.Verification is null && Request.Policy is null && Call.LevelHeader is null && Suffix is null;
}
