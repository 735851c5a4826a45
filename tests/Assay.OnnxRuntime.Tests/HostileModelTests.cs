using System.Diagnostics;
using Assay.Models.Float;
using Assay.Testing;

namespace Assay.OnnxRuntime.Tests;

/// <summary>
/// Damaged files through the same gate as the product's: what the scan lets through, ONNX Runtime gets. It is native code, so a
/// crash would end this process; none is known for this corpus.
/// </summary>
public sealed class HostileModelTests
{
    private static readonly string[] Fixtures = ["mixed", "zeros", "nonzero", "bools", "endless"];

    [OracleFact(Oracle.OnnxRuntime)]
    public void Truncated_files_are_errors()
    {
        foreach (string fixture in Fixtures)
        {
            byte[] good = Sessions.Bytes(fixture);
            for (int length = 0; length < good.Length; length += 3)
            {
                Try(good[..length]);
            }
        }
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Garbage_is_an_error()
    {
        Random random = new(1);
        for (int i = 0; i < 500; i++)
        {
            byte[] garbage = new byte[random.Next(2000)];
            random.NextBytes(garbage);
            Assert.Null(FloatSession.TryOpen(Sessions.Runtime, garbage, out FloatFault? fault));
            Assert.Equal(FloatErrors.Load, fault!.Code);
        }

        // ONNX Runtime's own format, which it would else recognise by these letters.
        Assert.Null(FloatSession.TryOpen(Sessions.Runtime, [16, 0, 0, 0, .. "ORTM"u8, .. new byte[64]], out _));
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Mutated_files_are_errors_or_models()
    {
        int rounds = Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1" ? 100_000 : 2_000;
        Mutator mutator = new(1, [.. Fixtures.Where(static f => f != "endless").Select(Sessions.Bytes), Sessions.Shipped("risk", "model.onnx")], 1 << 16);
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < rounds; i++)
        {
            Try(mutator.Next());
            if (rounds == 2_000 && watch.Elapsed > TimeSpan.FromSeconds(8))
            {
                break;
            }
        }
    }

    private static void Try(byte[] onnx)
    {
        if (FloatModel.TryCreate(onnx, out _) is null)
        {
            return;
        }

        using FloatSession? session = FloatSession.TryOpen(Sessions.Runtime, onnx, out FloatFault? fault);
        Assert.True(session is null != fault is null);
        Assert.True(fault is null || fault.Message.All(static c => c is >= ' ' and < (char)127));
        if (session is null || session.Inputs.Any(static p => p.Shape.Aggregate(1L, static (count, dim) => Math.Min(1 << 20, count * Math.Max(dim, 2))) >= 1 << 16))
        {
            return;
        }

        SessionResult run = session.Run([.. session.Inputs.Select(Input)]);
        Assert.True(run.Outputs is null != run.Fault is null);
    }

    private static SessionTensor Input(SessionPort port)
    {
        int[] shape = [.. port.Shape.Select(static dim => dim < 0 ? 2 : dim)];
        int count = shape.Aggregate(1, static (product, dim) => product * dim);
        return port.Type == ElementType.Float32 ? new SessionTensor.Floats([.. shape], new float[count]) : new SessionTensor.Integers([.. shape], new long[count]);
    }
}
