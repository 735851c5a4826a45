using System.Numerics;

namespace Assay.Media.Sound;

/// <summary>
/// Brings a clip to another rate: a sinc, 16 zero crossings to each side, under a Kaiser window (beta 8), cut off at 0.46
/// of the lower rate. Where the rates' ratio is p/q in lowest terms there are p sets of weights, each with the sum 1.
/// Only IEEE additions, multiplications, divisions and roots, in a fixed order: the same on every machine.
/// </summary>
public static class Resampler
{
    private const int Crossings = 16;
    private const double Beta = 8;
    private const double CutOff = 0.92;

    /// <summary>The clip at a rate; itself if it has it. Null if that has more than the limits' samples.</summary>
    /// <param name="clip">The sound.</param>
    /// <param name="rate">Samples a second, 1,000 to 384,000.</param>
    /// <param name="limits">Null for the defaults.</param>
    public static Clip? TryConvert(Clip clip, int rate, MediaLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, 384_000);
        int common = (int)BigInteger.GreatestCommonDivisor(clip.Rate, rate);
        int p = rate / common, q = clip.Rate / common;
        long length = ((long)clip.Samples.Length * p + q - 1) / q;
        if (p == q)
        {
            return clip;
        }

        if (length > (limits ?? MediaLimits.Default).Samples)
        {
            return null;
        }

        // In steps of the old rate: how far the filter reaches.
        double scale = CutOff * Math.Min(1, (double)p / q);
        int reach = (int)Math.Ceiling(Crossings / scale);
        double[]?[] phases = new double[p][];
        ReadOnlySpan<float> samples = clip.Samples.Span;
        float[] converted = new float[length];
        for (int i = 0; i < converted.Length; i++)
        {
            long at = (long)i * q;
            int phase = (int)(at % p);
            double[] weights = phases[phase] ??= Weights((double)phase / p, scale, reach);
            long first = at / p - reach + 1;
            double sum = 0;
            for (int k = 0; k < weights.Length; k++)
            {
                long j = first + k;
                sum += (ulong)j < (ulong)samples.Length ? weights[k] * samples[(int)j] : 0;
            }

            converted[i] = (float)sum;
        }

        return new Clip(rate, converted);
    }

    // For a place a fraction after a sample: of the samples reach - 1 before that one to reach after it.
    private static double[] Weights(double fraction, double scale, int reach)
    {
        double[] weights = new double[2 * reach];
        double total = 0;
        for (int k = 0; k < weights.Length; k++)
        {
            double distance = k - reach + 1 - fraction;
            double x = distance * scale;
            double edge = x / Crossings;
            weights[k] = Math.Abs(edge) >= 1 ? 0 : Sinc(x) * Bessel(Beta * Math.Sqrt(1 - edge * edge));
            total += weights[k];
        }

        for (int k = 0; k < weights.Length; k++)
        {
            weights[k] /= total;
        }

        return weights;
    }

    // sin(pi x) / (pi x), by the sine's series after taking whole turns away.
    private static double Sinc(double x)
    {
        if (Math.Abs(x) < 1e-9)
        {
            return 1;
        }

        double whole = Math.Floor(x + 0.5);
        double angle = Math.PI * (x - whole);
        double square = angle * angle;
        double sine = 1;
        for (int i = 20; i >= 2; i -= 2)
        {
            sine = 1 - sine * square / (i * (i + 1));
        }

        sine *= angle;
        return ((long)whole % 2 == 0 ? sine : -sine) / (Math.PI * x);
    }

    // The modified Bessel function I0 by its series.
    private static double Bessel(double x)
    {
        double term = 1, sum = 1;
        for (int i = 1; i <= 40; i++)
        {
            term *= x / (2 * i) * (x / (2 * i));
            sum += term;
        }

        return sum;
    }
}
