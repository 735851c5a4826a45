using Assay.Models.Data;
using Assay.Testing;

namespace Assay.OnnxRuntime.Tests;

public sealed class FloatSessionTests
{
    [OracleTheory(Oracle.OnnxRuntime)]
    [InlineData("digits", 1e-4f)]
    [InlineData("risk", 1e-5f)]
    public void Shipped_models_give_what_PyTorch_gives(string model, float tolerance)
    {
        using FloatSession session = Sessions.Open(Sessions.Shipped(model, "model.onnx"));
        NpyArray inputs = NpyReader.TryRead(Sessions.Shipped(model, "test_inputs.npy"), out _)!;
        float[] expected = NpyReader.TryRead(Sessions.Shipped(model, "expected_float.npy"), out _)!.ToFloats();
        SessionPort port = Assert.Single(session.Inputs);
        Assert.Equal((ElementType.Float32, -1), (port.Type, port.Shape[0]));
        SessionResult run = session.Run([new SessionTensor.Floats([inputs.Items, .. port.Shape.AsSpan()[1..]], inputs.ToFloats())]);
        float[] found = Assert.IsType<SessionTensor.Floats>(Assert.Single(run.Outputs!)).Data;
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.InRange(found[i], expected[i] - tolerance, expected[i] + tolerance);
        }
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Floats_integers_scalars_and_symbolic_dimensions()
    {
        using FloatSession session = Sessions.Open("mixed");
        Assert.Equal([("n", ElementType.Int64), ("x", ElementType.Float32)], session.Inputs.Select(static p => (p.Name, p.Type)));
        Assert.Equal([-1, 2], session.Inputs[1].Shape.ToArray());
        Assert.Empty(session.Outputs[1].Shape);
        SessionResult run = session.Run([Sessions.Integers([2], 41, long.MaxValue - 1), Sessions.Floats([2, 2], 1, 2, 3, -4)]);
        Assert.Null(run.Fault);
        Assert.Equal([42, long.MaxValue], Assert.IsType<SessionTensor.Integers>(run.Outputs![0]).Data);
        Assert.Equal([2f], Assert.IsType<SessionTensor.Floats>(run.Outputs[1]).Data);
        Assert.Empty(run.Outputs[1].Shape);
        float[] log = Assert.IsType<SessionTensor.Floats>(run.Outputs[2]).Data;
        Assert.Equal(0f, log[0]);
        Assert.True(float.IsNaN(log[3]));
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void An_empty_output_has_an_empty_shape()
    {
        using FloatSession session = Sessions.Open("nonzero");
        SessionResult run = session.Run([Sessions.Floats([3], 0, 0, 0)]);
        Assert.Equal([1, 0], Assert.Single(run.Outputs!).Shape.ToArray());
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Inputs_that_dont_fit_are_refused_before_native_code()
    {
        using FloatSession session = Sessions.Open("mixed");
        SessionTensor n = Sessions.Integers([1], 1), x = Sessions.Floats([1, 2], 1, 2);
        Assert.Throws<ArgumentException>(() => session.Run([n]));
        Assert.Throws<ArgumentException>(() => session.Run([x, n]));
        Assert.Throws<ArgumentException>(() => session.Run([n, Sessions.Floats([2], 1, 2)]));
        Assert.Throws<ArgumentException>(() => session.Run([n, Sessions.Floats([1, 3], 1, 2, 3)]));
        Assert.Throws<ArgumentException>(() => session.Run([n, Sessions.Floats([0, 2])]));
        Assert.Throws<ArgumentException>(() => Sessions.Floats([2, 2], 1));
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void What_no_receipt_can_hold_isnt_loaded()
    {
        Assert.Null(FloatSession.TryOpen(Sessions.Runtime, Sessions.Bytes("bools"), out FloatFault? fault));
        Assert.Equal(FloatErrors.Port, fault!.Code);
        Assert.Contains("'y'", fault.Message, StringComparison.Ordinal);
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void A_run_without_end_is_ended()
    {
        using FloatSession session = Sessions.Open("endless");
        SessionResult run = session.Run([Sessions.Floats([1], 0)]);
        Assert.Equal(FloatErrors.Timeout, run.Fault!.Code);
        Assert.Equal(FloatErrors.Timeout, session.Run([Sessions.Floats([1], 0)]).Fault!.Code);
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Memory_is_bounded_in_a_run()
    {
        using FloatSession session = Sessions.Open("zeros");
        Assert.Null(session.Run([Sessions.Integers([1], 1000)]).Fault);
        SessionResult run = session.Run([Sessions.Integers([1], 1L << 30)]);
        Assert.Equal(FloatErrors.Run, run.Fault!.Code);

        // And what was taken is given back.
        Assert.Null(session.Run([Sessions.Integers([1], 1000)]).Fault);
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Memory_is_bounded_while_loading()
    {
        FloatSession? session = FloatSession.TryOpen(Sessions.Runtime, Sessions.Bytes("folded"), out FloatFault? fault);
        if (session is null)
        {
            Assert.Equal(FloatErrors.Load, fault!.Code);
            return;
        }

        using (session)
        {
            Assert.Equal(FloatErrors.Run, session.Run([Sessions.Floats([1], 0)]).Fault!.Code);
        }
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Large_outputs_are_refused()
    {
        using FloatSession session = Sessions.Open("many");
        Assert.Equal(100_000, session.Run([Sessions.Integers([1], 100_000)]).Outputs![0].Shape[0]);
        Assert.Equal(FloatErrors.Output, session.Run([Sessions.Integers([1], 100_001)]).Fault!.Code);
        Assert.Equal(FloatErrors.Run, session.Run([Sessions.Integers([1], -1)]).Fault!.Code);
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Threads_share_a_session_and_disposal_waits_for_them()
    {
        FloatSession session = Sessions.Open("mixed");
        int answered = 0, refused = 0;
        Parallel.For(0, 64, i =>
        {
            if (i == 40)
            {
                session.Dispose();
            }

            try
            {
                Assert.Equal([i + 1], ((SessionTensor.Integers)session.Run([Sessions.Integers([1], i), Sessions.Floats([1, 2], 1, 1)]).Outputs![0]).Data);
                Interlocked.Increment(ref answered);
            }
            catch (ObjectDisposedException)
            {
                Interlocked.Increment(ref refused);
            }
        });
        Assert.Equal(64, answered + refused);
        session.Dispose();
    }
}
