namespace Assay.Models.Tasks;

/// <summary>Which way up a line of text is, from the output of PaddleOCR's direction classifier.</summary>
/// <param name="Degrees">0 (upright) or 180 (upside down): what the classifier says.</param>
/// <param name="Score">Its softmax score, 0.5 to 1.</param>
public readonly record struct TextOrientation(int Degrees, double Score)
{
    /// <summary>Width of the model's input, pixels.</summary>
    public const int InputWidth = 192;

    /// <summary>Height of the model's input, pixels.</summary>
    public const int InputHeight = 48;

    /// <summary>PaddleOCR turns a line only above this score.</summary>
    public const double TurnAbove = 0.9;

    /// <summary>Whether PaddleOCR would turn the line before it reads it.</summary>
    public bool Turn => Degrees == 180 && Score > TurnAbove;

    /// <summary>Reads one row of the model's output.</summary>
    /// <param name="scores">[2]: upright, upside down.</param>
    /// <exception cref="ArgumentException">Not two scores.</exception>
    public static TextOrientation Read(ReadOnlySpan<float> scores) => scores.Length == 2
        ? new TextOrientation(scores[1] > scores[0] ? 180 : 0, Math.Max(scores[0], scores[1]))
        : throw new ArgumentException($"an orientation has two scores, not {scores.Length}", nameof(scores));
}
