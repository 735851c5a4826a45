using System.Runtime.InteropServices;
using Assay.Receipts;

namespace Assay.Cli.Presenting;

/// <summary>What people have, as requests, and the answers, as people see them.</summary>
internal abstract class Conversation
{
    /// <summary>The next request's tensors; null when there is none.</summary>
    /// <param name="outputs">Of the request before; null for the first.</param>
    internal abstract IReadOnlyList<TensorValue>? Next(IReadOnlyList<TensorValue>? outputs);

    /// <summary>All answers, one for each request.</summary>
    internal abstract ShownResult Show(IReadOnlyList<Answered> answers);

    protected static TensorValue Item(string name, IEnumerable<int> shape, int items, ReadOnlySpan<float> values) =>
        TensorValue.Create(name, [items, .. shape], MemoryMarshal.AsBytes(values).ToArray());
}
