using System.Runtime.InteropServices;
using Assay.Cli.Console;
using Assay.Models.Data;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary>Request tensors from .npy files.</summary>
internal static class NpyTensors
{
    /// <summary>The whole array, or one item of it, as a tensor for a model's input.</summary>
    internal static async Task<TensorValue> ReadAsync(FileInfo file, (string Name, int[] Shape) input, int? row, CancellationToken cancellation)
    {
        NpyArray array = NpyReader.TryRead(await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false), out string? error)
            ?? throw new CliException(ExitCodes.CannotEvaluate, error!, $"{file.Name} can't be read as a .npy array.", "numpy.save of a float32 array, items along the first axis.");
        int count = input.Shape.Aggregate(1, static (product, d) => product * d);
        if (array.Items == 0 || array.Count / array.Items != count)
        {
            throw new CliException(ExitCodes.CannotEvaluate, "inputs_mismatch", $"{file.Name} has items of {(array.Items == 0 ? 0 : array.Count / array.Items)} elements; the model's input '{input.Name}' has {count}.");
        }

        float[] values = array.ToFloats();
        if (row is { } index)
        {
            values = index >= 0 && index < array.Items
                ? values[(index * count)..((index + 1) * count)]
                : throw CliException.Usage($"--row {index}: the array has items 0 to {array.Items - 1}.");
        }

        return TensorValue.Create(input.Name, [values.Length / count, .. input.Shape], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }
}
