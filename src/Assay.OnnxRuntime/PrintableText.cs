namespace Assay.OnnxRuntime;

/// <summary>Texts of a library that quotes what a model's file says: a hostile file must not steer a terminal or fill a log.</summary>
internal static class PrintableText
{
    private const int Longest = 300;

    public static string Of(string text)
    {
        string line = string.Concat(text.Take(Longest).Select(static c => c is >= ' ' and < (char)127 ? c : ' ')).Trim();
        return text.Length > Longest ? line + "..." : line;
    }
}
