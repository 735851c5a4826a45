using Assay.Primitives;
using Assay.Primitives.Cbor;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Llama.Tests;

/// <summary>The sampler beside spec/chat.md read slowly, sentence by sentence.</summary>
public sealed class SamplerTests
{
    [Fact]
    public void It_is_what_the_specification_says()
    {
        Random random = new(11);
        for (int round = 0; round < 1500; round++)
        {
            SamplingParameters parameters = Some(random);
            int choice = random.Next(5), size = random.Next(1, 40);
            SamplerV1 sampler = new(parameters, choice, size);
            List<int> taken = [];
            for (int position = 0; position < 6; position++)
            {
                // Few different values: ties are where orders differ.
                float[] logits = [.. Enumerable.Range(0, size).Select(_ => random.Next(3) == 0 ? random.Next(-3, 4) : (float)((random.NextDouble() * 20) - 10))];
                bool[] allowed = random.Next(2) == 0 ? [] : [.. logits.Select(_ => random.Next(4) > 0)];
                int expected = Reference(logits, allowed, parameters, choice, taken);
                int token = sampler.Next(logits, allowed);
                Assert.Equal(expected, token);
                if (token < 0)
                {
                    break;
                }

                taken.Add(token);
            }
        }
    }

    [Fact]
    public void Shares_are_what_the_softmax_says()
    {
        // 20,000 seeds: the frequencies of three tokens within five standard deviations.
        float[] logits = [0, 1, 2];
        double[] weights = [1, Math.E, Math.E * Math.E];
        int[] counts = new int[3];
        for (ulong seed = 0; seed < 20_000; seed++)
        {
            counts[new SamplerV1(new SamplingParameters(1, 0, 1, 0, 0, 0, null, seed), 0, 3).Next(logits, [])]++;
        }

        for (int token = 0; token < 3; token++)
        {
            double p = weights[token] / weights.Sum();
            Assert.InRange(Math.Abs(counts[token] - (20_000 * p)), 0, 5 * Math.Sqrt(20_000 * p * (1 - p)));
        }
    }

    [Fact]
    public void What_is_no_number_is_refused() =>
        Assert.Equal(-1, new SamplerV1(new SamplingParameters(0, 0, 1, 0, 0, 0, null, 0), 0, 2).Next([1, float.NaN], []));

    [Fact]
    public void The_draw_is_fixed()
    {
        CborWriter writer = new();
        double u = SamplerV1.Uniform(7, 0, 0, writer);
        Assert.Equal(u, SamplerV1.Uniform(7, 0, 0, writer));
        Assert.InRange(u, 0, 1 - double.Epsilon);
        Assert.Equal(4, new[] { u, SamplerV1.Uniform(8, 0, 0, writer), SamplerV1.Uniform(7, 1, 0, writer), SamplerV1.Uniform(7, 0, 1, writer) }.Distinct().Count());
    }

    [Fact]
    public void Shifting_all_logits_changes_nothing_at_temperature_zero() =>
        Prop.ForAll<short, short[]>((shift, values) => values.Length == 0
            || new SamplerV1(new SamplingParameters(0, 0, 1, 0, 0, 0, null, 0), 0, values.Length).Next([.. values.Select(static value => (float)value)], [])
            == new SamplerV1(new SamplingParameters(0, 0, 1, 0, 0, 0, null, 0), 0, values.Length).Next([.. values.Select(value => (float)(value + shift))], [])).QuickCheckThrowOnFailure();

    private static SamplingParameters Some(Random random)
    {
        Dictionary<int, double>? bias = random.Next(3) == 0 ? new() { [0] = random.Next(-100, 101) } : null;
        return new SamplingParameters(
            random.Next(3) switch { 0 => 0, 1 => 1, _ => random.NextDouble() * 2 },
            random.Next(2) == 0 ? 0 : random.Next(1, 20),
            random.Next(2) == 0 ? 1 : random.NextDouble(),
            random.Next(2) == 0 ? 0 : random.NextDouble(),
            random.Next(2) == 0 ? 0 : (random.NextDouble() * 4) - 2,
            random.Next(2) == 0 ? 0 : (random.NextDouble() * 4) - 2,
            bias,
            (ulong)random.NextInt64());
    }

    private static int Reference(float[] given, bool[] allowed, SamplingParameters p, int choice, List<int> taken)
    {
        List<(int Token, double Logit)> left = [];
        for (int token = 0; token < given.Length; token++)
        {
            double logit = given[token];
            logit += p.Bias?.GetValueOrDefault(token) ?? 0;
            int count = taken.Count(other => other == token);
            logit -= p.FrequencyPenalty * count;
            if (count > 0)
            {
                logit -= p.PresencePenalty;
            }

            if (allowed.Length == 0 || allowed[token])
            {
                left.Add((token, logit));
            }
        }

        if (left.Count == 0)
        {
            return -1;
        }

        if (p.Temperature == 0)
        {
            return left.OrderByDescending(static item => item.Logit).ThenBy(static item => item.Token).First().Token;
        }

        left = [.. left.Select(item => (item.Token, item.Logit / p.Temperature)).OrderByDescending(static item => item.Item2).ThenBy(static item => item.Token)];
        left = p.TopK == 0 ? left : [.. left.Take(p.TopK)];
        List<(int Token, double Weight)> probable = [.. left.Select(item => (item.Token, Math.Exp(item.Logit - left[0].Logit)))];
        double sum = Sum(probable.OrderBy(static item => item.Token));
        int fewest = p.TopP == 1 ? probable.Count : Enumerable.Range(1, probable.Count).FirstOrDefault(n => Sum(probable.Take(n)) >= p.TopP * sum, probable.Count);
        probable = [.. probable.Take(fewest).Where(item => item.Weight >= p.MinP)];
        CborWriter writer = new();
        writer.WriteArrayHeader(4);
        writer.WriteText("assay/sampler/v1");
        writer.WriteUInt(p.Seed);
        writer.WriteUInt((ulong)choice);
        writer.WriteUInt((ulong)taken.Count);
        string bits = string.Concat(Digest32.Sha256(writer.Written).Bytes[..7].ToArray().Select(static value => value.ToString("b8", null)))[..53];
        double u = bits.Aggregate(0UL, static (number, bit) => (number * 2) + (bit == '1' ? 1UL : 0)) / Math.Pow(2, 53);
        double rest = Sum(probable.OrderBy(static item => item.Token));
        int place = Enumerable.Range(0, probable.Count).FirstOrDefault(n => Sum(probable.Take(n + 1)) > u * rest, probable.Count - 1);
        return probable[place].Token;
    }

    private static double Sum(IEnumerable<(int Token, double Weight)> items) => items.Aggregate(0.0, static (total, item) => total + item.Weight);
}
