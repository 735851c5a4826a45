namespace Assay.Models.Tasks;

/// <summary>Which candidates count as faces. The defaults are MediaPipe's.</summary>
public sealed record FaceOptions
{
    /// <summary>The least score, 0 to 1.</summary>
    public double MinScore { get; init; } = 0.5;

    /// <summary>Candidates that overlap the best one by more than this are the same face.</summary>
    public double SameFace { get; init; } = 0.3;
}
