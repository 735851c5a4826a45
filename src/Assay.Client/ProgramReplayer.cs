using System.Collections.Immutable;
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
        if (!Bind(program, request.Inputs, out TensorValue[] bound, out int batch))
        {
            return new ReplayResult.Refused();
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

        TensorValue[] tensors = new TensorValue[outputs.Length];
        for (int o = 0; o < tensors.Length; o++)
        {
            ImmutableArray<int> shape = [batch, .. program.TypeOf(program.Outputs[o].Value).Shape];
            tensors[o] = TensorValue.Create(program.Outputs[o].Name, shape, MemoryMarshal.AsBytes(outputs[o].AsSpan()).ToArray());
        }

        return new ReplayResult.Ran(tensors, clamped);
    }

    // By name, as a node binds them: the order in a request is the caller's.
    private static bool Bind(ExactProgram program, IReadOnlyList<TensorValue> inputs, out TensorValue[] bound, out int batch)
    {
        bound = new TensorValue[program.Inputs.Length];
        batch = inputs.Count > 0 && inputs[0].Shape.Length > 0 ? inputs[0].Shape[0] : 0;
        if (inputs.Count != program.Inputs.Length || batch < 1)
        {
            return false;
        }

        for (int i = 0; i < bound.Length; i++)
        {
            string name = program.Inputs[i].Name;
            ImmutableArray<int> expected = [batch, .. program.Inputs[i].Type.Shape];
            TensorValue? input = inputs.FirstOrDefault(t => t.Name == name);
            if (input is null || !input.Shape.AsSpan().SequenceEqual(expected.AsSpan()))
            {
                return false;
            }

            bound[i] = input;
        }

        return true;
    }
}
