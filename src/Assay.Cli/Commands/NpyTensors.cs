using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Assay.Cli.Console;
using Assay.Cli.Presenting;
using Assay.Models.Data;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary>Request tensors from .npy files.</summary>
internal static class NpyTensors
{
    /// <summary>The whole array, or one item of it, as a tensor for a model's only input.</summary>
    internal static async Task<TensorValue> ReadAsync(FileInfo file, NodeModel model, int? row, CancellationToken cancellation)
    {
        if (model.Inputs.Count != 1)
        {
            throw CliException.Usage($"'{model.Name}' has {model.Inputs.Count} inputs; a .npy file gives one.", "Send a .json request body.");
        }

        (string name, ImmutableArray<int> shape) = model.Inputs.First();
        if (shape.Any(static d => d < 1))
        {
            throw CliException.Usage($"'{model.Name}' takes inputs of more than one shape; a .npy file doesn't say enough.", "Send a .json request body.");
        }

        int count = shape.Aggregate(1, static (product, d) => product * d);
        NpyArray array = NpyReader.TryRead(await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false), out string? error)
            ?? throw new CliException(ExitCodes.CannotEvaluate, error!, $"{file.Name} can't be read as a .npy array.", "numpy.save of a float32 array, items along the first axis.");
        if (array.Items == 0 || array.Count / array.Items != count)
        {
            throw new CliException(ExitCodes.CannotEvaluate, "inputs_mismatch", $"{file.Name} has items of {(array.Items == 0 ? 0 : array.Count / array.Items)} elements; the model's input '{name}' has {count}.");
        }

        float[] values = array.ToFloats();
        if (row is { } index)
        {
            values = index >= 0 && index < array.Items
                ? values[(index * count)..((index + 1) * count)]
                : throw CliException.Usage($"--row {index}: the array has items 0 to {array.Items - 1}.");
        }

        return TensorValue.Create(name, [values.Length / count, .. shape], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }
}
