using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Assay.Media.Images;
using Assay.Models.Tasks;

namespace Assay.Cli.Presenting;

/// <summary>
/// A picture with what was found in it, as one SVG file: no scripts, no links, nothing that is loaded. The picture in it
/// is drawn anew from its pixels, so nothing else of the file (camera, place) goes along.
/// </summary>
internal static class FaceSvg
{
    private const int LongestSide = 1024;

    internal static byte[] Write(Picture picture, ImmutableArray<FaceDetection> faces, string model, string receipt)
    {
        double width = picture.Width, height = picture.Height;
        double unit = Math.Max(width, height) / 200;
        double foot = 9 * unit;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(width)} {N(height + foot)}\" width=\"{N(1000 * width / Math.Max(width, height))}\" height=\"{N(1000 * (height + foot) / Math.Max(width, height))}\" font-family=\"sans-serif\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Text(model)}: {faces.Length} found</title>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<image width=\"{N(width)}\" height=\"{N(height)}\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,{Convert.ToBase64String(PngWriter.Write(PictureTensor.Shrink(picture, LongestSide)))}\"/>\n");
        foreach (FaceDetection face in faces)
        {
            double x = face.Box.X * width, y = face.Box.Y * height, w = Math.Max(0, face.Box.Width * width), h = Math.Max(0, face.Box.Height * height);
            string score = face.Score.ToString("0.000", CultureInfo.InvariantCulture);

            // Dark under light: to be seen on any picture.
            foreach ((string colour, double stroke) in new[] { ("#000", 1.6), ("#4ade80", 0.8) })
            {
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(w)}\" height=\"{N(h)}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{N(stroke * unit)}\"/>\n");
            }

            for (int i = 0; i < face.Points.Length; i++)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{N(face.Points[i].X * width)}\" cy=\"{N(face.Points[i].Y * height)}\" r=\"{N(1.1 * unit)}\" fill=\"#facc15\" stroke=\"#000\" stroke-width=\"{N(0.3 * unit)}\"><title>{Text(FaceDetector.PointNames[i])}</title></circle>\n");
            }

            double labelY = y - 1.5 * unit < 5 * unit ? Math.Min(y + h + 5.5 * unit, height - unit) : y - 1.5 * unit;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(Math.Clamp(x, 0, Math.Max(0, width - 13 * unit)))}\" y=\"{N(labelY)}\" font-size=\"{N(5 * unit)}\" fill=\"#4ade80\" stroke=\"#000\" stroke-width=\"{N(1.2 * unit)}\" paint-order=\"stroke\">{score}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<rect y=\"{N(height)}\" width=\"{N(width)}\" height=\"{N(foot)}\" fill=\"#111\"/>\n");
        double size = Math.Min(3.2 * unit, 1.6 * width / (20 + 9 + receipt.Length + model.Length));
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(2 * unit)}\" y=\"{N(height + foot / 2 + size / 3)}\" font-size=\"{N(size)}\" fill=\"#eee\">{Text(model)}, receipt {Text(receipt)}</text>\n</svg>\n");
        return Encoding.UTF8.GetBytes(svg.ToString());
    }

    private static string N(double value) => (double.IsFinite(value) ? value : 0).ToString("0.##", CultureInfo.InvariantCulture);

    // A name is a node's choice: no markup, and nothing that XML can't hold.
    private static string Text(string text) => System.Security.SecurityElement.Escape(string.Concat(text.EnumerateRunes().Where(static r => !Rune.IsControl(r) && r.Value is not 0xFFFE and not 0xFFFF)))!;
}
