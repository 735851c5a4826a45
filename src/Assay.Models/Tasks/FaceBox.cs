namespace Assay.Models.Tasks;

/// <summary>A rectangle in a picture: left, top, width and height as shares of the picture's width and height.</summary>
public readonly record struct FaceBox(double X, double Y, double Width, double Height)
{
    /// <summary>Width times height; nothing if either isn't positive.</summary>
    public double Area => Width > 0 && Height > 0 ? Width * Height : 0;

    /// <summary>Intersection over union, 0 to 1.</summary>
    public double Overlap(FaceBox other)
    {
        double width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        double height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        if (!(width > 0) || !(height > 0))
        {
            return 0;
        }

        double both = width * height;
        double union = Area + other.Area - both;
        return union > 0 ? both / union : 0;
    }
}
