namespace Assay.Verification.Tests.Histories;

/// <summary>Differences by line: whoever applies one to the old text gets the new one, and no shorter one is missed.</summary>
public sealed class LineDiffTests
{
    [Fact]
    public void RandomTexts_AreTurnedIntoEachOther_ByTheFewestLines()
    {
        Random random = new(3);
        for (int i = 0; i < 2000; i++)
        {
            string[] before = Text(random), after = Text(random);
            IReadOnlyList<DiffLine> hunks = LineDiff.Compute(before, after);
            Assert.Equal(after, Apply(before, hunks));
            Assert.Equal(before.Length + after.Length - (2 * Common(before, after)), hunks.Count(static line => line.Kind is '+' or '-'));
        }
    }

    [Fact]
    public void TheSame_HasNone() => Assert.Empty(LineDiff.Compute(["a", "b"], ["a", "b"]));

    [Fact]
    public void TooManyDifferences_AreShownAsGoneAndCome()
    {
        string[] before = [.. Enumerable.Range(0, 3000).Select(static i => $"a{i}")], after = [.. Enumerable.Range(0, 3000).Select(static i => $"b{i}")];
        IReadOnlyList<DiffLine> hunks = LineDiff.Compute(["x", .. before, "y"], ["x", .. after, "y"]);
        Assert.Equal(["x", .. after, "y"], Apply(["x", .. before, "y"], hunks));
    }

    [Fact]
    public void FarChanges_AreHunksOfTheirOwn()
    {
        string[] before = [.. Enumerable.Range(0, 40).Select(static i => $"{i}")];
        string[] after = [.. before];
        (after[5], after[30]) = ("five", "thirty");
        IReadOnlyList<DiffLine> hunks = LineDiff.Compute(before, after);
        Assert.Equal(["-3,7 +3,7", "-28,7 +28,7"], hunks.Where(static line => line.Kind == '@').Select(static line => line.Text));
        Assert.Equal(after, Apply(before, hunks));
    }

    private static string[] Text(Random random) => [.. Enumerable.Range(0, random.Next(0, 14)).Select(_ => ((char)('a' + random.Next(3))).ToString())];

    private static List<string> Apply(string[] before, IReadOnlyList<DiffLine> hunks)
    {
        List<string> text = [];
        int at = 0;
        foreach (DiffLine line in hunks)
        {
            if (line.Kind == '@')
            {
                int start = int.Parse(line.Text[1..line.Text.IndexOf(',', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture) - 1;
                text.AddRange(before[at..start]);
                at = start;
            }
            else if (line.Kind == '+')
            {
                text.Add(line.Text);
            }
            else
            {
                Assert.Equal(before[at++], line.Text);
                if (line.Kind == ' ')
                {
                    text.Add(line.Text);
                }
            }
        }

        text.AddRange(before[at..]);
        return text;
    }

    private static int Common(string[] a, string[] b)
    {
        int[,] longest = new int[a.Length + 1, b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                longest[i, j] = a[i - 1] == b[j - 1] ? longest[i - 1, j - 1] + 1 : Math.Max(longest[i - 1, j], longest[i, j - 1]);
            }
        }

        return longest[a.Length, b.Length];
    }
}
