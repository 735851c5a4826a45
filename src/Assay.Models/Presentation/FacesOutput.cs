namespace Assay.Models.Presentation;

/// <summary>BlazeFace's four outputs, which <c>Tasks.FaceDetector</c> makes faces of.</summary>
/// <param name="FineScores">512 elements.</param>
/// <param name="CoarseScores">384 elements.</param>
/// <param name="FineValues">512 times 16 elements.</param>
/// <param name="CoarseValues">384 times 16 elements.</param>
public sealed record FacesOutput(string FineScores, string CoarseScores, string FineValues, string CoarseValues) : OutputPresentation;
