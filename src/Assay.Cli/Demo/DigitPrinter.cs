using System.Text;

namespace Assay.Cli.Demo;

/// <summary>An 8x8 grey image as text.</summary>
internal static class DigitPrinter
{
    private const string Shades = " .:-=+*#%@";

    /// <summary>Eight lines; values from 0 to 16.</summary>
    internal static IEnumerable<string> Lines(float[] image)
    {
        for (int y = 0; y < 8; y++)
        {
            StringBuilder line = new(16);
            for (int x = 0; x < 8; x++)
            {
                char shade = Shades[Math.Clamp((int)(image[(y * 8) + x] * (Shades.Length - 1) / 16), 0, Shades.Length - 1)];
                line.Append(shade).Append(shade);
            }

            yield return line.ToString();
        }
    }
}
