using System.Runtime.InteropServices;
using Assay.Client;
using Assay.Engine;
using Assay.Primitives;
using Assay.Programs;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Replayer.Running;

/// <summary>
/// Replays on the SIMD engine, which gives the same bytes as the reference interpreter. Its models' ids are computed from their
/// bytes. Safe for concurrent use.
/// </summary>
public sealed class EngineReplayer : IReplayer, IDisposable
{
    private readonly Dictionary<ModelId, ExactEngine> _engines = [];

    /// <summary>Packs the models for this machine.</summary>
    /// <exception cref="EngineMemoryException">One needs more memory than an engine may have.</exception>
    public EngineReplayer(IEnumerable<ExactModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        try
        {
            foreach (ExactModel model in models.DistinctBy(static m => m.Id))
            {
                _engines.Add(model.Id, ExactEngine.Compile(model));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ReplayResult Replay(ReplayRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!_engines.TryGetValue(request.Model, out ExactEngine? engine))
        {
            return new ReplayResult.NotAvailable(ReplayerErrors.Unavailable);
        }

        ExactProgram program = engine.Model.Program;
        if (!ProgramTensors.TryBind(program, request.Inputs, out TensorValue[]? bound, out int batch))
        {
            return new ReplayResult.Refused();
        }

        return ReplayTensors.OutputsFit(program, batch) ? Run(engine, bound, batch) : new ReplayResult.NotAvailable(ReplayerErrors.TooLarge);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ExactEngine engine in _engines.Values)
        {
            engine.Dispose();
        }
    }

    private static ReplayResult Run(ExactEngine engine, TensorValue[] bound, int batch)
    {
        float[] inputs = new float[engine.InputCount * batch];
        Span<byte> rest = MemoryMarshal.AsBytes(inputs.AsSpan());
        foreach (TensorValue input in bound)
        {
            input.Data.Span.CopyTo(rest);
            rest = rest[input.Data.Length..];
        }

        float[] outputs = new float[engine.OutputCount * batch];
        EngineTranscript transcript;
        try
        {
            transcript = engine.RunBatch(inputs, batch, outputs);
        }
        catch (EngineMemoryException)
        {
            return new ReplayResult.NotAvailable(ReplayerErrors.Busy);
        }

        if (transcript.Error is not null)
        {
            return new ReplayResult.Refused();
        }

        ExactProgram program = engine.Model.Program;
        TensorValue[] tensors = new TensorValue[program.Outputs.Length];
        int at = 0;
        for (int o = 0; o < tensors.Length; o++)
        {
            int count = batch * program.TypeOf(program.Outputs[o].Value).Count;
            tensors[o] = ReplayTensors.Output(program, o, batch, outputs.AsSpan(at, count));
            at += count;
        }

        return new ReplayResult.Ran(tensors, (ulong)transcript.Clamped);
    }
}
