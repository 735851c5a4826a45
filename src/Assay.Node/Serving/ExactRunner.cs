using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Assay.Engine;
using Assay.Node.Errors;
using Assay.Programs;
using Assay.Receipts;

namespace Assay.Node.Serving;

/// <summary>Runs an exact model on the SIMD engine.</summary>
public sealed class ExactRunner : IModelRunner
{
    private readonly ExactEngine _engine;
    private readonly (string Name, ImmutableArray<int> Item)[] _outputs;

    /// <summary>Packs the model for this machine.</summary>
    public ExactRunner(ExactModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _engine = ExactEngine.Compile(model);
        _outputs = [.. model.Program.Outputs.Select(o => (o.Name, model.Program.TypeOf(o.Value).Shape))];
    }

    /// <inheritdoc/>
    public string Backend { get; } = "assay-exact/" + NodeVersion.Text;

    /// <inheritdoc/>
    public string Semantics => WellKnown.FixedPointV1;

    /// <inheritdoc/>
    public string InstructionSet => _engine.InstructionSet;

    /// <inheritdoc/>
    public RunOutcome Run(IReadOnlyList<TensorValue> inputs)
    {
        int batch = inputs[0].Shape[0];
        float[] outputs = new float[_engine.OutputCount * batch];
        EngineTranscript transcript = _engine.RunBatch(Flat(inputs), batch, outputs);
        return transcript.Error is null ? new RunOutcome(Split(outputs, batch), transcript.Clamped, null)
            : RunOutcome.Refused(new NodeError(400, transcript.Error, transcript.Error == "boundary/not-finite"
                ? "An input element is NaN or infinite; the program refuses such inputs."
                : "An input element lies outside the range that the program accepts.", "Send finite values in the model's documented range."));
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    // The engine takes all inputs behind each other.
    private static ReadOnlySpan<float> Flat(IReadOnlyList<TensorValue> inputs)
    {
        if (inputs.Count == 1)
        {
            return MemoryMarshal.Cast<byte, float>(inputs[0].Data.Span);
        }

        float[] flat = new float[inputs.Sum(static t => t.Count)];
        Span<float> rest = flat;
        foreach (TensorValue tensor in inputs)
        {
            MemoryMarshal.Cast<byte, float>(tensor.Data.Span).CopyTo(rest);
            rest = rest[tensor.Count..];
        }

        return flat;
    }

    private TensorValue[] Split(float[] flat, int batch)
    {
        TensorValue[] outputs = new TensorValue[_outputs.Length];
        int offset = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            (string name, ImmutableArray<int> item) = _outputs[i];
            int count = item.Aggregate(batch, static (product, dim) => product * dim);
            outputs[i] = TensorValue.Create(name, [batch, .. item], MemoryMarshal.AsBytes(flat.AsSpan(offset, count)).ToArray());
            offset += count;
        }

        return outputs;
    }
}
