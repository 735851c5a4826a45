namespace Assay.Receipts;

/// <summary>How big a request was, coarsely, as the public log shows it: <c>undisclosed</c>, or a power of ten (spec/receipt.md, "Log entry").</summary>
public static class SizeBucket
{
    /// <summary>The node doesn't say.</summary>
    public const string Undisclosed = "undisclosed";

    private const int MaxExponent = 18;

    /// <summary>The bucket of a number of input elements: rounded up to a power of ten, from <c>1e0</c>.</summary>
    public static string For(long elements)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(elements, 1);
        int exponent = 0;
        for (long power = 1; power < elements && exponent < MaxExponent; power *= 10)
        {
            exponent++;
        }

        return Text(exponent);
    }

    /// <summary>Whether this is a bucket's text.</summary>
    public static bool IsKnown(string text)
    {
        for (int exponent = 0; exponent <= MaxExponent; exponent++)
        {
            if (text == Text(exponent))
            {
                return true;
            }
        }

        return text == Undisclosed;
    }

    private static string Text(int exponent) => "1e" + exponent.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
