using System.Globalization;
using System.Net;
using System.Text;
using Assay.Cli.Console;
using Assay.Models.Fidelity;

namespace Assay.Cli.Commands;

/// <summary>The layers of an exact program with their distance from float: as a table with bars, or as a drawing.</summary>
internal static class FidelityPlot
{
    // Errors are drawn on a logarithmic scale from a hundred-thousandth to the whole.
    private const double Least = 1e-5;
    private const int Decades = 5;
    private const int BarWidth = 20;
    private const int NameWidth = 28;

    internal static void Print(Output output, FidelityReport report)
    {
        if (report.Layers.IsEmpty)
        {
            return;
        }

        output.Line();
        output.Line($"{"layer",-NameWidth} {"operator",-18} weights result limbs    error  0.001% {new string(' ', BarWidth - 12)} 100%  saturated  why");
        foreach (LayerFidelity layer in report.Layers)
        {
            string bar = layer.MeanRelativeError is { } error ? new string('#', (int)Math.Round(Share(error) * BarWidth)) : string.Empty;
            output.Line(string.Create(CultureInfo.InvariantCulture,
                $"{Cut(layer.Name, NameWidth),-NameWidth} {Cut(layer.Operator, 18),-18} {Bits(layer.WeightBits),7} {layer.ResultBits,6} {Bits(layer.Limbs),5} {Percent(layer.MeanRelativeError),8}  |{bar.PadRight(BarWidth)}| {layer.SaturatedElements,9}  {(layer.Reason == "default" ? "" : layer.Reason)}").TrimEnd());
        }
    }

    internal static string Svg(string name, FidelityReport report)
    {
        const int Row = 18, Top = 56, Left = 330, Width = 500;
        int height = Top + (Row * report.Layers.Length) + 20;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + 90}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Escaped(name)}: error of each layer against float</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"10\" y=\"20\" font-size=\"15\">{Escaped(name)}: error of each layer against float, on the calibration data</text>\n");
        for (int i = 0; i <= Decades; i++)
        {
            int x = Left + (Width * i / Decades);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x}\" y1=\"{Top - 6}\" x2=\"{x}\" y2=\"{height - 14}\" stroke=\"#ccc\"/><text x=\"{x}\" y=\"{Top - 12}\" text-anchor=\"middle\" fill=\"#555\">{Percent(Math.Pow(10, i) * Least)}</text>\n");
        }

        int y = Top;
        foreach (LayerFidelity layer in report.Layers)
        {
            double share = layer.MeanRelativeError is { } error ? Share(error) : 0;
            string fill = layer.Limbs == 2 ? "#b35806" : "#2b6ca3";
            svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Escaped($"{layer.Name} ({layer.Operator}): weights {Bits(layer.WeightBits)}, result {layer.ResultBits} bits, limbs {Bits(layer.Limbs)}, saturated {layer.SaturatedElements}; {layer.Reason}")}</title>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 12}\" text-anchor=\"end\">{Escaped(Cut($"{layer.Name} {Bits(layer.WeightBits)}/{layer.ResultBits}", 46))}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y + 2}\" width=\"{Width * share:0.#}\" height=\"{Row - 5}\" fill=\"{fill}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + (Width * share) + 5:0.#}\" y=\"{y + 12}\" fill=\"#333\">{Percent(layer.MeanRelativeError)}</text></g>\n");
            y += Row;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static double Share(double error) => error <= Least ? 0 : Math.Min(1, Math.Log10(error / Least) / Decades);

    private static string Bits(int? bits) => bits?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Percent(double? share) => share is { } s ? (100 * s).ToString(s < 0.001 ? "0.####" : "0.##", CultureInfo.InvariantCulture) + "%" : "-";

    private static string Cut(string text, int width) => text.Length <= width ? text : "..." + text[^(width - 3)..];

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
