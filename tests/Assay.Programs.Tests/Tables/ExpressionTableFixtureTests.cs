using System.Globalization;
using System.Text.Json;
using Assay.Testing;

namespace Assay.Programs.Tests;

/// <summary>Entries against mpmath's with 400 digits (expression_tables.py writes the fixture), by both ways of computing them.</summary>
public sealed class ExpressionTableFixtureTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    [Fact]
    public void Entries_AreThoseOfMpmath()
    {
        string path = Path.Combine(Oracles.RepositoryRoot, "tests", "Assay.Programs.Tests", "Tables", "expression-tables.json");
        Case[] cases = JsonSerializer.Deserialize<Case[]>(File.ReadAllText(path), Options)!;
        Assert.True(cases.Sum(c => c.Q.Length) > 5000);
        foreach (Case c in cases)
        {
            ExpressionEvaluator evaluator = new(QuickEntriesTests.Named(c.Function), FromBits(c.ScaleIn), FromBits(c.ScaleOut), -32768, 32767);
            for (int i = 0; i < c.Q.Length; i++)
            {
                Assert.True(c.Entries[i] == evaluator.Entry(c.Q[i]), $"{c.Function} at {c.Q[i]}: {evaluator.Entry(c.Q[i])} instead of {c.Entries[i]}");
                if (i % 8 == 0 || FuzzRun.IsDeep)
                {
                    Assert.Equal(c.Entries[i], evaluator.ExactEntry(c.Q[i]));
                }
            }
        }
    }

    private static double FromBits(string hex) =>
        BitConverter.Int64BitsToDouble(long.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private sealed record Case(string Function, string ScaleIn, string ScaleOut, int[] Q, short[] Entries);
}
