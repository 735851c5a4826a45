using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Assay.Proofs.Fields;
using Assay.Prover.Commitments;
using Assay.Prover.Hashing;
using Assay.Prover.Memory;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Benchmarks;

/// <summary>The prover's kernels alone. One thread: processor time of this thread, which neighbours disturb least; two threads: wall
/// clock. The shortest and the median of many runs.</summary>
internal static unsafe partial class ProverKernels
{
    private const int ThreadCpuClock = 3;

    public static void Run(double seconds)
    {
        foreach (VectorPath path in (VectorPath[])[VectorPath.Auto, VectorPath.Vector512, VectorPath.Vector256, VectorPath.Portable])
        {
            double time = path == VectorPath.Auto ? seconds : seconds / 4;
            Console.WriteLine($"{path} ({VectorPaths.Resolve(path)})");
            Hashes(path, time);
            foreach ((int cells, int bits) in ((int, int)[])[(1 << 14, 9), (1 << 17, 10), (1 << 20, 12), (1 << 22, 13)])
            {
                if (path == VectorPath.Auto || cells <= 1 << 17)
                {
                    Witness(path, cells, bits, time);
                }
            }

            Weights(path, path == VectorPath.Auto ? 4 << 20 : 1 << 18, time);
        }
    }

    private static void Hashes(VectorPath path, double seconds)
    {
        byte[] key = new byte[32], messages = new byte[1 << 20], digests = new byte[32 * messages.Length / 64];
        Line("BLAKE3, 64-byte nodes", messages.Length / 64, "ns/compression", Measure(seconds, () => WideBlake3.Keyed(key, messages, 64, digests, path)));
        Line("BLAKE3, 1024-byte leaves", messages.Length / 64, "ns/compression",
            Measure(seconds, () => WideBlake3.Keyed(key, messages, 1024, digests.AsSpan(0, messages.Length / 32), path)));
    }

    private static void Witness(VectorPath path, int cells, int bits, double seconds)
    {
        Random random = new(1);
        int[] witness = new int[cells];
        for (int i = 0; i < cells; i++)
        {
            witness[i] = random.Next(1 << 16);
        }

        for (int threads = 1; threads <= 2; threads++)
        {
            using WorkerTeam team = new(threads);
            using WitnessCommitment commitment = new(cells, bits, team, path);
            using RowCode code = new(bits, commitment.Rows, VectorPaths.Resolve(path));
            using NativeBuffer<uint> codeword = new(code.Words);
            Ext4[] rows = Elements(commitment.Rows), result = new Ext4[1 << bits];
            string name = string.Create(CultureInfo.InvariantCulture, $"{cells >> 10} Ki cells as {commitment.Rows} rows, {threads} threads");
            fixed (int* first = witness)
            {
                int* pinned = first;
                Line($"encode {name}", cells, "ns/cell", Measure(seconds, () => code.Encode(pinned, cells, codeword.Pointer, team), threads));
            }

            Line($"commit {name}", cells, "ns/cell", Measure(seconds, () => commitment.Commit(witness), threads));
            Line($"fold   {name}", cells, "ns/cell", Measure(seconds, () => commitment.Fold(witness, rows, result), threads));
        }
    }

    private static void Weights(VectorPath path, int count, double seconds)
    {
        const int Bits = 13;
        VectorPath resolved = VectorPaths.Resolve(path);
        using NativeBuffer<short> numbers = new(count);
        Random random = new(1);
        for (int i = 0; i < count; i++)
        {
            numbers.Pointer[i] = (short)random.Next(-127, 128);
        }

        nint[] tiles = [.. Enumerable.Range(0, count >> Bits).Select(i => (nint)(numbers.Pointer + (i << Bits)))];
        nint[] rows = [.. Enumerable.Range(0, count >> 9).Select(i => (nint)(numbers.Pointer + (i << 9)))];
        Ext4[] tileWeights = Elements(tiles.Length), rowWeights = Elements(rows.Length), result = new Ext4[1 << Bits];
        short* all = numbers.Pointer;
        for (int threads = 1; threads <= 2; threads++)
        {
            using WorkerTeam team = new(threads);
            using RowCode code = new(Bits, tiles.Length, resolved);
            using NativeBuffer<uint> codeword = new(code.Words);
            using NativeBuffer<byte> nodes = new(MerkleTree.BytesFor(Bits + 2));
            string name = string.Create(CultureInfo.InvariantCulture, $"{count >> 10} Ki weights, {threads} threads");
            Line($"register {name}", count, "ns/weight", Measure(seconds, () =>
            {
                code.Encode(all, count, codeword.Pointer, team);
                new MerkleTree(nodes.Pointer, Bits + 2).Build((byte*)codeword.Pointer, 4 * (nint)code.Pitch, 4 * code.Rows, resolved, team);
            }, threads));
            fixed (Ext4* to = result)
            {
                Ext4* pinned = to;
                Line($"fold tiles {name}", count, "ns/weight",
                    Measure(seconds, () => Folding.Shorts(tiles, tileWeights, 0, 1 << Bits, [0], pinned, team, resolved), threads));
                Line($"fold rows of 512 {name}", count, "ns/weight",
                    Measure(seconds, () => Folding.Shorts(rows, rowWeights, 0, 512, [0], pinned, team, resolved), threads));
            }
        }
    }

    private static Ext4[] Elements(int count)
    {
        Random random = new(2);
        Ext4[] elements = new Ext4[count];
        for (int i = 0; i < count; i++)
        {
            elements[i] = new((uint)random.Next((int)KoalaBear.P), (uint)random.Next((int)KoalaBear.P), 5, (uint)random.Next((int)KoalaBear.P));
        }

        return elements;
    }

    private static void Line(string name, int units, string unit, (double Best, double Median) nanoseconds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {name,-52} {nanoseconds.Best / units,8:F3} ({nanoseconds.Median / units:F3}) {unit}   {nanoseconds.Best / 1e6:F2} ms"));

    internal static (double Best, double Median) Measure(double seconds, Action action, int threads = 1)
    {
        action();
        List<double> samples = [];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds || samples.Count < 3)
        {
            double from = Now(threads);
            action();
            samples.Add(Now(threads) - from);
        }

        samples.Sort();
        return (samples[0], samples[samples.Count / 2]);
    }

    private static double Now(int threads)
    {
        if (threads > 1 || !OperatingSystem.IsLinux())
        {
            return Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);
        }

        long* time = stackalloc long[2];
        _ = ClockGetTime(ThreadCpuClock, time);
        return (time[0] * 1e9) + time[1];
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, long* time);
}
