namespace Assay.Engine.Plan;

/// <summary>The axes of an image.</summary>
internal readonly record struct ImageShape(int Channels, int Height, int Width);
