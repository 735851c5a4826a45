namespace Assay.Models.Tasks;

/// <summary>
/// A picture fitted into a square with its proportions kept, in the middle, black bars beside or above and below it: how
/// a detector's square input is made, and how what it finds gets back into the picture.
/// </summary>
/// <param name="PictureWidth">Pixels.</param>
/// <param name="PictureHeight">Pixels.</param>
public readonly record struct Letterbox(int PictureWidth, int PictureHeight)
{
    private double Longer => Math.Max(PictureWidth, PictureHeight);

    /// <summary>The share of the square's width that the picture takes.</summary>
    public double ShareOfWidth => PictureWidth / Longer;

    /// <summary>The share of the square's height that the picture takes.</summary>
    public double ShareOfHeight => PictureHeight / Longer;

    /// <summary>From shares of the square to shares of the picture.</summary>
    public FacePoint ToPicture(FacePoint inSquare) => new(
        (inSquare.X - (1 - ShareOfWidth) / 2) / ShareOfWidth, (inSquare.Y - (1 - ShareOfHeight) / 2) / ShareOfHeight);

    /// <summary>From shares of the square to shares of the picture.</summary>
    public FaceBox ToPicture(FaceBox inSquare)
    {
        FacePoint corner = ToPicture(new FacePoint(inSquare.X, inSquare.Y));
        return new FaceBox(corner.X, corner.Y, inSquare.Width / ShareOfWidth, inSquare.Height / ShareOfHeight);
    }

    /// <summary>Box and points from shares of the square to shares of the picture.</summary>
    public FaceDetection ToPicture(FaceDetection inSquare)
    {
        ArgumentNullException.ThrowIfNull(inSquare);
        Letterbox box = this;
        return inSquare with { Box = ToPicture(inSquare.Box), Points = [.. inSquare.Points.Select(p => box.ToPicture(p))] };
    }
}
