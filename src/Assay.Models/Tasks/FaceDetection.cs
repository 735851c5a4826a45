using System.Collections.Immutable;

namespace Assay.Models.Tasks;

/// <summary>A face that was found.</summary>
/// <param name="Score">0 to 1.</param>
/// <param name="Box">May reach a little beyond the picture.</param>
/// <param name="Points">Six, in the order of <see cref="FaceDetector.PointNames"/>.</param>
public sealed record FaceDetection(double Score, FaceBox Box, ImmutableArray<FacePoint> Points);
