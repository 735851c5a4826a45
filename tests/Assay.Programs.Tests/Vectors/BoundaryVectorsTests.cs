using System.Globalization;
using static Assay.Programs.Tests.ProgramVectors;

namespace Assay.Programs.Tests;

public sealed class BoundaryVectorsTests
{
    [Fact]
    public void Inputs_AreConvertedAsGiven()
    {
        WriteIfAsked("quantize.json", MakeInputs);
        QuantizeVector[] vectors = Read<QuantizeVector>("quantize.json");
        Assert.NotEmpty(vectors);
        foreach (QuantizeVector vector in vectors)
        {
            short[] q = new short[vector.X.Length];
            BoundaryResult result = Boundary.Quantize(InputOf(vector), [.. vector.X.Select(Single)], q);
            Assert.Equal(new BoundaryResult(vector.Error, vector.Position ?? -1, vector.Clamped ?? result.Clamped), result);
            if (vector.Error is null)
            {
                Assert.Equal(vector.Q, q);
            }
        }
    }

    [Fact]
    public void Outputs_AreConvertedAsGiven()
    {
        WriteIfAsked("dequantize.json", MakeOutputs);
        DequantizeVector[] vectors = Read<DequantizeVector>("dequantize.json");
        Assert.NotEmpty(vectors);
        foreach (DequantizeVector vector in vectors)
        {
            float[] y = new float[vector.Q.Length];
            Boundary.Dequantize(new("y", 0, Double(vector.Scale)), vector.Q, y);
            Assert.Equal(vector.Y, y.Select(Bits));
        }
    }

    private static IEnumerable<QuantizeVector> MakeInputs()
    {
        float[] edges =
        [
            0f, -0f, 0.5f, -0.5f, 1.5f, -1.5f, 2.5f, 0.49999997f, 0.50000006f, float.Epsilon, -float.Epsilon,
            1.17549421e-38f, 127.5f, -128.5f, 126.5f,
        ];
        yield return Vector("ties, zeros, subnormals", [15], -128, 128, null, [0], [1], OutOfRange.Refuse, edges);
        yield return Vector("clamped", [15], -1, 1, null, [0], [1], OutOfRange.Clamp, edges);
        yield return Vector("refused above", [2], -128, 127, null, [0], [1], OutOfRange.Refuse, [127.5f, 1]);
        yield return Vector("refused below", [2], -128, 127, null, [0], [1], OutOfRange.Refuse, [0, -129]);
        yield return Vector("extremes clamped", [2], -32768, 32767, null, [0], [1], OutOfRange.Clamp, [float.MaxValue, float.MinValue]);
        yield return Vector("overflow of binary64", [2], -32768, 32767, null, [-1e308], [1e308], OutOfRange.Clamp, [1, -1]);
        foreach (OutOfRange rule in new[] { OutOfRange.Refuse, OutOfRange.Clamp })
        {
            yield return Vector($"NaN, {rule}", [2], -1, 1, null, [0], [1], rule, [0, float.NaN]);
            yield return Vector($"infinity, {rule}", [2], -1, 1, null, [0], [1], rule, [float.PositiveInfinity, 0]);
            yield return Vector($"minus infinity, {rule}", [2], -1, 1, null, [0], [1], rule, [0, float.NegativeInfinity]);
        }

        Random random = new(7);
        for (int i = 0; i < 20; i++)
        {
            int axis = random.Next(3);
            int[] shape = [random.Next(1, 4), random.Next(1, 4), random.Next(1, 4)];
            double[] offsets = [.. Enumerable.Range(0, shape[axis]).Select(_ => (random.NextDouble() * 4) - 2)];
            double[] multipliers = [.. offsets.Select(_ => ((random.NextDouble() * 2) - 1) * 5000)];
            float[] x = [.. Enumerable.Range(0, shape[0] * shape[1] * shape[2]).Select(_ => (random.NextSingle() * 4) - 2)];
            yield return Vector($"random {i}", shape, -2048, 2047, axis, offsets, multipliers, OutOfRange.Clamp, x);
        }
    }

    private static IEnumerable<DequantizeVector> MakeOutputs()
    {
        short[] q = [0, 1, -1, 3, 7, 1000, -1001, 2047, -2048, 32767, -32768];
        double[] scales =
        [
            1, 0.1, 1.0 / 3, 1.0 / 4096, 1.0000000596046448, 1.0000000596046450, Math.ScaleB(1, -126), Math.ScaleB(1, 111), 0.0123456789,
        ];
        foreach (double scale in scales)
        {
            float[] y = new float[q.Length];
            Boundary.Dequantize(new("y", 0, scale), q, y);
            yield return new(Bits(scale), q, [.. y.Select(Bits)]);
        }
    }

    private static QuantizeVector Vector(
        string name,
        int[] shape,
        short lo,
        short hi,
        int? axis,
        double[] offsets,
        double[] multipliers,
        OutOfRange rule,
        float[] x)
    {
        QuantizeVector vector = new(
            name,
            shape,
            lo,
            hi,
            axis,
            [.. offsets.Select(Bits)],
            [.. multipliers.Select(Bits)],
            rule == OutOfRange.Clamp ? "clamp" : "refuse",
            [.. x.Select(Bits)],
            null,
            null,
            null,
            null);
        short[] q = new short[x.Length];
        BoundaryResult result = Boundary.Quantize(InputOf(vector), x, q);
        return result.Error is null
            ? vector with { Q = q, Clamped = result.Clamped }
            : vector with { Error = result.Error, Position = result.Position };
    }

    private static ProgramInput InputOf(QuantizeVector vector) => new(
        "x",
        new([.. vector.Shape], vector.Lo, vector.Hi),
        vector.ChannelAxis,
        [.. vector.Offsets.Select(Double)],
        [.. vector.Multipliers.Select(Double)],
        vector.Rule == "clamp" ? OutOfRange.Clamp : OutOfRange.Refuse);

    private static string Bits(float value) => BitConverter.SingleToUInt32Bits(value).ToString("x8", CultureInfo.InvariantCulture);

    private static string Bits(double value) => BitConverter.DoubleToUInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);

    private static float Single(string bits) =>
        BitConverter.UInt32BitsToSingle(uint.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static double Double(string bits) =>
        BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
