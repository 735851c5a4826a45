using Assay.Engine;
using Assay.Programs;

namespace Assay.Node.Serving;

/// <summary>Runs an exact model on the SIMD engine.</summary>
public sealed class ExactRunner : IModelRunner
{
    private readonly ExactEngine _engine;

    /// <summary>Packs the model for this machine.</summary>
    public ExactRunner(ExactModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _engine = ExactEngine.Compile(model);
    }

    /// <inheritdoc/>
    public string Backend { get; } = "assay-exact/" + NodeVersion.Text;

    /// <inheritdoc/>
    public string Semantics => Receipts.WellKnown.FixedPointV1;

    /// <inheritdoc/>
    public string InstructionSet => _engine.InstructionSet;

    /// <inheritdoc/>
    public RunOutcome Run(ReadOnlySpan<float> inputs, int batch)
    {
        float[] outputs = new float[_engine.OutputCount * batch];
        EngineTranscript transcript = _engine.RunBatch(inputs, batch, outputs);
        return transcript.Error is null ? new RunOutcome(outputs, transcript.Clamped, null) : new RunOutcome([], 0, transcript.Error);
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}
