using System.Runtime.InteropServices;
using Assay.Primitives;
using Assay.Programs;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Client;

/// <summary>
/// Replays with the scalar reference interpreter: the specification itself, not the engine that the node ran. Its models'
/// ids are computed from their bytes.
/// </summary>
public sealed class ProgramReplayer : IReplayer
{
    private readonly Dictionary<ModelId, ExactModel> _models;
    private readonly ILookup<string, ModelId> _names;

    /// <summary>A replayer of some models.</summary>
    /// <param name="models">The models.</param>
    /// <param name="names">Names and every model that the caller has known by them; any other model under such a name refutes. Empty: none.</param>
    public ProgramReplayer(IEnumerable<ExactModel> models, IEnumerable<KeyValuePair<string, ModelId>>? names = null)
    {
        _models = models.ToDictionary(static m => m.Id);
        _names = (names ?? []).ToLookup(static p => p.Key, static p => p.Value, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public ReplayResult Replay(ReplayRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.ModelName is not null && _names.Contains(request.ModelName) && !_names[request.ModelName].Contains(request.Model))
        {
            return new ReplayResult.OtherModel(_names[request.ModelName].Last());
        }

        if (!_models.TryGetValue(request.Model, out ExactModel? model))
        {
            return new ReplayResult.NotAvailable("replay/unavailable");
        }

        ExactProgram program = model.Program;
        if (!ProgramTensors.TryBind(program, request.Inputs, out TensorValue[]? bound, out int batch))
        {
            return new ReplayResult.Refused();
        }

        if (!ReplayTensors.OutputsFit(program, batch))
        {
            return new ReplayResult.NotAvailable("replay/too-large");
        }

        float[][] outputs = [.. program.Outputs.Select(o => new float[batch * program.TypeOf(o.Value).Count])];
        ulong clamped = 0;
        for (int item = 0; item < batch; item++)
        {
            short[][] inputs = new short[program.Inputs.Length][];
            for (int i = 0; i < inputs.Length; i++)
            {
                int count = program.Inputs[i].Type.Count;
                inputs[i] = new short[count];
                ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(bound[i].Data.Span).Slice(item * count, count);
                BoundaryResult result = Boundary.Quantize(program.Inputs[i], values, inputs[i]);
                if (result.Error is not null)
                {
                    return new ReplayResult.Refused();
                }

                clamped += (ulong)result.Clamped;
            }

            short[][] values16 = ReferenceInterpreter.Run(model, inputs);
            for (int o = 0; o < outputs.Length; o++)
            {
                int count = values16[o].Length;
                Boundary.Dequantize(program.Outputs[o], values16[o], outputs[o].AsSpan(item * count, count));
            }
        }

        return new ReplayResult.Ran([.. outputs.Select((values, o) => ReplayTensors.Output(program, o, batch, values))], clamped);
    }
}
