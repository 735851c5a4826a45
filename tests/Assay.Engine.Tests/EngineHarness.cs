using System.Security.Cryptography;
using System.Runtime.InteropServices;
using Assay.Programs;
using Assay.Testing;

namespace Assay.Engine.Tests;

/// <summary>Runs random models on an engine and by the reference interpreter.</summary>
internal static class EngineHarness
{
    public static readonly SimdPath[] Paths = [SimdPath.Vector512, SimdPath.Vector256, SimdPath.Portable];

    public static readonly int[] Batches = [1, 2, 3, 17];

    /// <summary>Several threads are used however small the work is.</summary>
    public static EngineOptions Options(SimdPath path, int threads) => new() { Path = path, Threads = threads, ParallelWork = 1 };

    /// <summary>Items of a model by the reference interpreter: inputs and outputs, by item and tensor.</summary>
    public static (short[][][] Inputs, short[][][] Outputs) Reference(ExactModel model, short[][] first, int seed, int items)
    {
        short[][][] inputs = new short[items][][];
        short[][][] outputs = new short[items][][];
        for (int item = 0; item < items; item++)
        {
            inputs[item] = item == 0 ? first : RandomPrograms.InputsFor(model, (seed * 1000) + item);
            outputs[item] = ReferenceInterpreter.Run(model, inputs[item]);
        }

        return (inputs, outputs);
    }

    /// <summary>The first items as an engine takes them: tensor after tensor, each with its batch.</summary>
    public static T[] Join<T>(T[][][] items, int batch) =>
        [.. Enumerable.Range(0, items[0].Length).SelectMany(tensor => items.Take(batch).SelectMany(item => item[tensor]))];

    /// <summary>A digest over the outputs of models <paramref name="first"/> to <paramref name="end"/> - 1 on one path.</summary>
    public static string Digest(SimdPath path, int first, int end)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int seed = first; seed < end; seed++)
        {
            (ExactModel model, short[][] inputs) = RandomPrograms.GenerateWide(seed);
            using ExactEngine engine = ExactEngine.Compile(model, Options(path, 1));
            short[][][] items = [inputs, RandomPrograms.InputsFor(model, seed + 1), RandomPrograms.InputsFor(model, seed + 2)];
            short[] outputs = new short[engine.OutputCount * items.Length];
            engine.Run(Join(items, items.Length), items.Length, outputs);
            hash.AppendData(MemoryMarshal.AsBytes<short>(outputs));
            float[] floats = Floats(model, seed, 3);
            float[] results = new float[engine.OutputCount * 3];
            EngineTranscript transcript = engine.RunBatch(floats, 3, results);
            hash.AppendData(MemoryMarshal.AsBytes<float>(results));
            hash.AppendData(BitConverter.GetBytes(transcript.Clamped));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Elements around an input's range, ends and halves included; rarely one that isn't finite.</summary>
    public static float[] Floats(ExactModel model, int seed, int batch)
    {
        Random random = new(seed);
        return [.. model.Program.Inputs.SelectMany(input => Enumerable.Range(0, input.Type.Count * batch).Select(i =>
        {
            int channel = ChannelOf(input, i % input.Type.Count);
            double q = random.Next(12) switch
            {
                0 => input.Type.Lo,
                1 => input.Type.Hi,
                2 => input.Type.Lo + 0.5,
                3 => input.Type.Hi + (input.Rule == OutOfRange.Clamp ? random.Next(100) : 0.4),
                _ => input.Type.Lo + (random.NextDouble() * input.Type.Span),
            };
            float x = (float)((q / input.Multipliers[channel]) + input.Offsets[channel]);
            return random.Next(3000) == 0 ? float.NaN : random.Next(2000) == 0 ? float.MaxValue : x;
        }))];
    }

    public static int ChannelOf(ProgramInput input, int index) => input.ChannelAxis is int axis
        ? index / input.Type.Shape.Skip(axis + 1).Aggregate(1, (product, length) => product * length) % input.Type.Shape[axis]
        : 0;
}
