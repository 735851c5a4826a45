using System.Collections.Immutable;

namespace Assay.Models.Presentation;

/// <summary>A picture; its size is the tensor's.</summary>
/// <param name="Tensor">The input's name: <c>[channels, rows, columns]</c> or <c>[rows, columns, channels]</c>.</param>
/// <param name="Layout">The order of its axes.</param>
/// <param name="Colour">Its channels.</param>
/// <param name="Fit">How proportions are met.</param>
/// <param name="Black">What channel value 0 becomes: one number, or one for each channel.</param>
/// <param name="White">What channel value 255 becomes; between them it is a straight line.</param>
/// <param name="Fill">Channel value of the bars, 0 to 255.</param>
public sealed record PictureInput(
    string Tensor, PictureLayout Layout, PictureColour Colour, PictureFit Fit, ImmutableArray<double> Black, ImmutableArray<double> White, double Fill = 0)
    : InputPresentation(Tensor)
{
    /// <summary>1 or 3.</summary>
    internal int Channels => Colour == PictureColour.Grey ? 1 : 3;

    /// <summary>Columns and rows of a tensor of this shape; null if it isn't one of a picture.</summary>
    public (int Width, int Height)? SizeOf(ImmutableArray<int> shape) => shape.Length != 3 ? null : Layout switch
    {
        PictureLayout.Chw when shape[0] == Channels => (shape[2], shape[1]),
        PictureLayout.Hwc when shape[2] == Channels => (shape[1], shape[0]),
        _ => null,
    };
}
