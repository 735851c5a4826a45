namespace Assay.Models.Tests.Support;

/// <summary>Random small networks over images, of every operator that takes images.</summary>
internal static class RandomOnnx
{
    public static (byte[] Onnx, float[] Data, long[] Shape) Make(int seed)
    {
        Random random = new(seed);
        int channels = random.Next(1, 4);
        (int height, int width) = (random.Next(6, 10), random.Next(6, 10));
        long[] shape = [16, channels, height, width];
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", -1, channels, height, width);
        string value = "x";
        int layers = random.Next(2, 6);
        for (int i = 0; i < layers; i++)
        {
            string next = $"v{i}";
            switch (random.Next(9))
            {
                case 0 or 1:
                    int groups = random.Next(3) == 0 ? channels : 1;
                    int outputs = groups * random.Next(1, 4);
                    builder.Floats($"w{i}", [outputs, channels / groups, 3, 3], Weights(random, outputs * (channels / groups) * 9));
                    builder.Floats($"b{i}", [outputs], Weights(random, outputs));
                    builder.Node("Conv", [value, $"w{i}", $"b{i}"], next, ("group", (long)groups), ("pads", new long[] { 1, 1, 1, 1 }));
                    channels = outputs;
                    break;
                case 2:
                    builder.Node(random.Next(2) == 0 ? "Relu" : "Tanh", [value], next);
                    break;
                case 3:
                    builder.Floats($"s{i}", [channels], [.. Weights(random, channels).Select(w => w + 1.5f)]);
                    builder.Floats($"o{i}", [channels], Weights(random, channels));
                    builder.Floats($"m{i}", [channels], Weights(random, channels));
                    builder.Floats($"d{i}", [channels], [.. Weights(random, channels).Select(w => w + 1.5f)]);
                    builder.Node("BatchNormalization", [value, $"s{i}", $"o{i}", $"m{i}", $"d{i}"], next);
                    break;
                case 4:
                    builder.Node("MaxPool", [value], next, ("kernel_shape", new long[] { 2, 2 }), ("pads", new long[] { 0, 0, 1, 1 }));
                    break;
                case 5:
                    builder.Node("AveragePool", [value], next, ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }), ("count_include_pad", (long)random.Next(2)));
                    break;
                case 6:
                    builder.Node("Tanh", [value], next + "t").Node(random.Next(2) == 0 ? "Add" : "Sub", [value, next + "t"], next);
                    break;
                case 7:
                    builder.Floats($"c{i}", [channels, 1, 1], [.. Weights(random, channels).Select(w => w < 0 ? w - 0.5f : w + 0.5f)]);
                    builder.Node(random.Next(2) == 0 ? "Mul" : "Add", [value, $"c{i}"], next);
                    break;
                default:
                    builder.Floats($"lo{i}", [], -0.75f).Floats($"hi{i}", [], 1.25f).Node("Clip", [value, $"lo{i}", $"hi{i}"], next);
                    break;
            }

            value = next;
        }

        builder.Node("GlobalAveragePool", [value], "g").Node("Flatten", ["g"], "f");
        builder.Floats("w", [channels, 4], Weights(random, channels * 4)).Floats("b", [4], Weights(random, 4)).Node("Gemm", ["f", "w", "b"], "y").Output("y");
        int count = (int)(shape[0] * shape[1] * shape[2] * shape[3]);
        return (builder.ToArray(), [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 4 - 2))], shape);
    }

    private static float[] Weights(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
}
