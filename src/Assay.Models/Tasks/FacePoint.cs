namespace Assay.Models.Tasks;

/// <summary>A point in a picture, as shares of its width and height.</summary>
public readonly record struct FacePoint(double X, double Y);
