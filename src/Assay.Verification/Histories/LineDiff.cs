using System.Globalization;

namespace Assay.Verification;

/// <summary>Which lines differ between two texts: the shortest difference by Myers' algorithm, in hunks with three lines around them.</summary>
internal static class LineDiff
{
    private const int Around = 3;

    // More than so many differences, and all of what is between the common ends is shown as gone and come.
    private const int MostDifferences = 1000;

    /// <summary>The hunks; empty if the lines are the same.</summary>
    internal static IReadOnlyList<DiffLine> Compute(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        int front = 0;
        while (front < before.Count && front < after.Count && before[front] == after[front])
        {
            front++;
        }

        int back = 0;
        while (back < before.Count - front && back < after.Count - front && before[before.Count - 1 - back] == after[after.Count - 1 - back])
        {
            back++;
        }

        List<DiffLine> script = [.. before.Take(front).Select(static line => new DiffLine(' ', line))];
        script.AddRange(Middle([.. before.Skip(front).Take(before.Count - front - back)], [.. after.Skip(front).Take(after.Count - front - back)]));
        script.AddRange(before.Skip(before.Count - back).Select(static line => new DiffLine(' ', line)));
        return Hunks(script);
    }

    private static List<DiffLine> Middle(string[] before, string[] after)
    {
        List<int[]> furthest = [];
        int most = Math.Min(before.Length + after.Length, MostDifferences);
        int[] reach = new int[(2 * most) + 3];
        int middle = most + 1;
        for (int d = 0; d <= most; d++)
        {
            // What the steps back look at: the diagonals of the round before.
            furthest.Add(reach[(middle - d)..(middle + d + 1)]);
            for (int k = -d; k <= d; k += 2)
            {
                int x = k == -d || (k != d && reach[middle + k - 1] < reach[middle + k + 1]) ? reach[middle + k + 1] : reach[middle + k - 1] + 1;
                int y = x - k;
                while (x < before.Length && y < after.Length && before[x] == after[y])
                {
                    x++;
                    y++;
                }

                reach[middle + k] = x;
                if (x >= before.Length && y >= after.Length)
                {
                    return Back(before, after, furthest);
                }
            }
        }

        return [.. before.Select(static line => new DiffLine('-', line)), .. after.Select(static line => new DiffLine('+', line))];
    }

    private static List<DiffLine> Back(string[] before, string[] after, List<int[]> furthest)
    {
        List<DiffLine> lines = [];
        (int x, int y) = (before.Length, after.Length);
        for (int d = furthest.Count - 1; d >= 0; d--)
        {
            int[] reach = furthest[d];
            int k = x - y;
            bool isDown = k == -d || (k != d && At(k - 1) < At(k + 1));
            int from = d == 0 ? 0 : isDown ? At(k + 1) : At(k - 1);
            int fromY = d == 0 ? 0 : from - (isDown ? k + 1 : k - 1);
            while (x > (d == 0 ? 0 : isDown ? from : from + 1) && y > (d == 0 ? 0 : isDown ? fromY + 1 : fromY))
            {
                lines.Add(new DiffLine(' ', before[--x]));
                y--;
            }

            if (d > 0)
            {
                lines.Add(isDown ? new DiffLine('+', after[--y]) : new DiffLine('-', before[--x]));
            }

            int At(int diagonal) => reach[diagonal + d];
        }

        lines.Reverse();
        return lines;
    }

    private static List<DiffLine> Hunks(List<DiffLine> script)
    {
        List<DiffLine> hunks = [];
        (int old, int now) = (1, 1);
        int at = 0;
        while (at < script.Count)
        {
            int next = script.FindIndex(at, static line => line.Kind != ' ');
            if (next < 0)
            {
                break;
            }

            int start = Math.Max(at, next - Around);
            old += start - at;
            now += start - at;
            int end = next;
            for (int i = next; i < script.Count && i <= end + (2 * Around); i++)
            {
                end = script[i].Kind == ' ' ? end : i;
            }

            int stop = Math.Min(script.Count, end + Around + 1);
            List<DiffLine> hunk = script[start..stop];
            (int gone, int come) = (hunk.Count(static line => line.Kind != '+'), hunk.Count(static line => line.Kind != '-'));
            hunks.Add(new DiffLine('@', string.Create(CultureInfo.InvariantCulture, $"-{old},{gone} +{now},{come}")));
            hunks.AddRange(hunk);
            (old, now, at) = (old + gone, now + come, stop);
        }

        return hunks;
    }
}
